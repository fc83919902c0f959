-- title: A removed identifier is not in use
-- severity: error
-- what: Looks up every identifier with a tombstone in the table that it was removed from.
-- why: Whoever cited the identifier in an earlier version must never meet another row under it.
-- bad: tombstone for event hama-fell while events holds hama-fell
-- good: tombstone for hama-fell, replaced by hama-captured
-- hint: Give the row a new identifier, or remove the tombstone if the row was never removed.
with living(table_name, id) as (
  select 'actors', actor_id from actors
  union all
  select 'actor_relations', relation_id from actor_relations
  union all
  select 'locations', location_id from locations
  union all
  select 'sources', source_id from sources
  union all
  select 'events', event_id from events
  union all
  select 'reports', report_id from reports
  union all
  select 'quotes', quote_id from quotes
)
select distinct
  'tombstones' as table_name,
  t._key as key,
  'id' as column_name,
  t.id as value,
  format('{} was removed in version {} but stands in {}', t.id, t.version, t.table_name)
    as message
from tombstones t
join living l on l.table_name = t.table_name and l.id = t.id
where t.version is not null
