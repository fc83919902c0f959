-- title: Quoted words hold no broken letters
-- severity: error
-- what: Looks in quotes and variants for the traces of UTF-8 that was read as another encoding. The
--   replacement character is a fault of the file and is reported as such.
-- why: Broken letters show that the text was damaged on the way; it can no longer be matched with
--   its source.
-- bad: text "Itâ€™s over"
-- good: text "It’s over"
-- hint: Copy the words from the page again, in UTF-8.
with printed as (
  select 'quotes' as table_name, quote_id as key, text
  from quotes
  union all
  select 'quote_variants', _key, text
  from quote_variants
),
searched as (
  select *, regexp_extract(
    text, '\x{C3}[\x{80}-\x{BF}]|\x{E2}\x{20AC}|\x{C2}[\x{80}-\x{BF}]'
  ) as broken
  from printed
)
select
  table_name,
  key,
  'text' as column_name,
  text as value,
  format('the text holds broken letters: "{}"', broken) as message
from searched
where broken <> ''
