-- title: A quote is in the language of its source
-- severity: warning
-- what: Compares the language of each quote with that of its source; a note on the quote explains a
--   difference.
-- why: A quote in another language than its page has been translated by us, or bears the wrong
--   code.
-- bad: language en, source in ar, note empty
-- good: language en, source in ar, note "The page prints these words in English."
-- hint: Enter the words as printed with their language, or explain the difference in the note.
select
  'quotes' as table_name,
  q.quote_id as key,
  'language' as column_name,
  q.language as value,
  format('the quote is in {}, but {} is in {}', q.language, s.source_id, s.language) as message
from quotes q
join sources s on s.source_id = q.source_id
join codelists.language l on l.code = q.language
join codelists.language o on o.code = s.language
where q.language <> s.language
  and q.note is null
