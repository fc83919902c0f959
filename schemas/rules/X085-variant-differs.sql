-- title: A variant differs from the quote
-- severity: error
-- what: Compares the text of each variant with that of its quote after removing case, blanks and
--   punctuation.
-- why: A variant is for another wording; a copy makes agreement look like disagreement.
-- bad: quote "We are winning", variant "We are winning!"
-- good: quote "We are winning", variant "We will win"
-- hint: Remove the variant, or enter the words as this source prints them.
select
  'quote_variants' as table_name,
  v._key as key,
  'text' as column_name,
  v.text as value,
  format('{} prints the same words as {} for {}', v.source_id, q.source_id, q.quote_id) as message
from quote_variants v
join quotes q on q.quote_id = v.quote_id
join sources s on s.source_id = v.source_id
where v.source_id <> q.source_id
  and regexp_replace(lower(v.text), '[^\p{L}\p{N}]+', '', 'g')
    = regexp_replace(lower(q.text), '[^\p{L}\p{N}]+', '', 'g')
