-- title: The same words of a speaker are one quote
-- severity: error
-- what: Compares the quotes of each speaker in each language after removing case, blanks and
--   punctuation.
-- why: Words that stand in two rows are counted twice; another page that prints them is a variant
--   at most.
-- bad: two quotes of one speaker: "We are winning" and "We are winning!"
-- good: one quote: "We are winning"
-- hint: Merge the two rows; if the other source words it differently, enter a variant.
with folded as (
  select
    quote_id,
    text,
    coalesce(speaker_id, speaker_description) as speaker,
    first_value(quote_id) over (
      partition by
        coalesce(speaker_id, speaker_description),
        language,
        regexp_replace(lower(text), '[^\p{L}\p{N}]+', '', 'g')
      order by _record
    ) as first_quote
  from quotes
)
select
  'quotes' as table_name,
  quote_id as key,
  'text' as column_name,
  text as value,
  format('{} says the same words in {}', speaker, first_quote) as message
from folded
where quote_id <> first_quote
  and speaker is not null
