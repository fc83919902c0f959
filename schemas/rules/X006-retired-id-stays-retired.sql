-- title: A removed identifier is not in use
-- severity: error
-- what: Looks up every identifier with a tombstone in the table that it was removed from.
-- why: Whoever cited the identifier in an earlier version must never meet another row under it.
-- bad: tombstone for event hama-fell while events holds hama-fell
-- good: tombstone for hama-fell, replaced by hama-captured
-- hint: Give the row a new identifier, or remove the tombstone if the row was never removed.
select distinct
  'tombstones' as table_name,
  t._key as key,
  'id' as column_name,
  t.id as value,
  format('{} was removed in version {} but stands in {}', t.id, t.version, t.table_name)
    as message
from tombstones t
join identifiers l on l.table_name = t.table_name and l.id = t.id
where t.version is not null
