-- title: Our own words take no side
-- severity: error
-- what: Looks in titles, summaries, descriptions and gists for the words of the list loaded_word, in
--   lower case and as whole words. What stands inside quotation marks, and names, which have a
--   capital, are left out.
-- why: Words by which one side speaks of the other belong to whom they are quoted from.
-- bad: summary "The rebels saw the army leave the town."
-- good: summary "Opposition fighters saw the army leave the town."
-- hint: Use the word that the list gives instead, or put the source's words into a quote.
with texts as (
  select 'events' as table_name, event_id as key, 'title' as column_name, title as text from events
  union all
  select 'events', event_id, 'summary', summary from events
  union all
  select 'actors', actor_id, 'description', description from actors
  union all
  select 'locations', location_id, 'description', description from locations
  union all
  select 'quotes', quote_id, 'gist', gist from quotes
),
own as (
  select
    table_name,
    key,
    column_name,
    text,
    ' ' || regexp_replace(
      regexp_replace(text, '["“][^"”]*["”]', ' ', 'g'), '[^\p{L}-]+', ' ', 'g'
    ) || ' ' as words
  from texts
  where text is not null
)
select
  o.table_name,
  o.key,
  o.column_name,
  o.text as value,
  format(
    'the word "{}" takes a side; say {}', min(w.code), arg_min(w.title, w.code)
  ) as message
from own o
join codelists.loaded_word w on contains(o.words, ' ' || w.code || ' ')
group by o.table_name, o.key, o.column_name, o.text
