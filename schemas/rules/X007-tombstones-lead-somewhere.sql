-- title: A chain of tombstones has an end
-- severity: error
-- what: Follows replaced_by from tombstone to tombstone and reports each circle once, at its last
--   row.
-- why: A reader who follows a removed identifier must arrive at a living row or at the statement
--   that there is none.
-- bad: hama-fell is replaced by hama-taken, hama-taken by hama-fell
-- good: hama-fell is replaced by hama-taken, hama-taken by hama-captured
-- hint: Let one of the tombstones point to the living row, or leave its replaced_by empty.
with recursive follows(table_name, id, successor) as (
  select table_name, id, replaced_by
  from tombstones
  where replaced_by <> id
  union
  select f.table_name, f.id, t.replaced_by
  from follows f
  join tombstones t on t.table_name = f.table_name and t.id = f.successor
  where t.replaced_by <> t.id
),
circles as (
  select table_name, id, (
    select string_agg(m.successor, ', ' order by m.successor)
    from follows m
    where m.table_name = f.table_name and m.id = f.id
  ) as members
  from follows f
  where f.id = f.successor
)
select
  'tombstones' as table_name,
  arg_max(t._key, t._record) as key,
  'replaced_by' as column_name,
  arg_max(t.replaced_by, t._record) as value,
  format('these tombstones of {} replace each other in a circle: {}', c.table_name, c.members)
    as message
from circles c
join tombstones t on t.table_name = c.table_name and t.id = c.id
group by c.table_name, c.members
