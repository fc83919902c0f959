-- title: A source serves for something
-- severity: warning
-- what: Looks for each source that was read in reports, quotes, variants, relations, aliases and
--   citations. Fully coded sources have a rule of their own (X093), unread ones too (X094).
-- why: A source without any use is a leftover, or its rows are missing.
-- bad: source that no report, quote, relation, alias or citation names
-- good: source with one report
-- hint: Code what the text says, or remove the source with a tombstone.
with uses(source_id) as (
  select source_id from reports
  union all
  select source_id from quotes
  union all
  select source_id from quote_variants
  union all
  select source_id from actor_relations
  union all
  select source_id from actor_aliases
  union all
  select source_id from location_aliases
  union all
  select source_id from source_citations
  union all
  select cited_source_id from source_citations
)
select
  'sources' as table_name,
  s.source_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format('nothing refers to {} ({}, {})', s.source_id, s.publisher, coalesce(
    s.published::varchar, 'undated'
  )) as message
from sources s
where s.text_seen <> 'none'
  and s.coding <> 'full'
  and not exists (
    from uses u
    where u.source_id = s.source_id
  )
  and not exists (
    from uses u
    anti join sources x on x.source_id = u.source_id
    where u.source_id is not null
  )
