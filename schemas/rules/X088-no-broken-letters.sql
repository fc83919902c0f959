-- title: Words of sources hold no broken letters
-- severity: error
-- what: Looks in quotes, variants, aliases, headlines and vague words for the traces of UTF-8 that
--   was read as another encoding, and for the question marks that a program writes for letters it
--   cannot save. The replacement character is a fault of the file and is reported as such.
-- why: Broken letters show that the text was damaged on the way; it can no longer be matched with
--   its source.
-- bad: text "Itâ€™s over", alias "????"
-- good: text "It’s over", alias "حلب"
-- hint: Copy the words from the page again, and save the file as UTF-8.
with printed(table_name, key, column_name, text) as (
  select 'quotes', quote_id, 'text', text from quotes
  union all
  select 'quote_variants', _key, 'text', text from quote_variants
  union all
  select 'actor_aliases', _key, 'alias', alias from actor_aliases
  union all
  select 'location_aliases', _key, 'alias', alias from location_aliases
  union all
  select 'sources', source_id, 'title', title from sources
  union all
  select 'reports', report_id, 'date_words', date_words from reports
  union all
  select 'report_counts', _key, 'words', words from report_counts
),
searched as (
  select *, regexp_extract(
    text, '\x{C3}[\x{80}-\x{BF}]|\x{E2}\x{20AC}|\x{C2}[\x{80}-\x{BF}]|[?]{3,}'
  ) as broken
  from printed
)
select
  table_name,
  key,
  column_name,
  text as value,
  format('the text holds broken letters: "{}"', broken) as message
from searched
where broken <> ''
