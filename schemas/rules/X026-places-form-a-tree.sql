-- title: No place contains itself through others
-- severity: error
-- what: Follows parent_id upwards and reports each circle once, at its last row.
-- why: In a circle no place has a country, and every walk up the tree is endless.
-- bad: a lies in b, and b lies in a
-- good: a lies in b, and b lies in syria
-- hint: Mend the parent of one of the places.
with recursive within(location_id, ancestor_id) as (
  select location_id, parent_id
  from locations
  where parent_id <> location_id
  union
  select w.location_id, l.parent_id
  from within w
  join locations l on l.location_id = w.ancestor_id
  where l.parent_id <> l.location_id
),
circles as (
  select location_id, (
    select string_agg(m.ancestor_id, ', ' order by m.ancestor_id)
    from within m
    where m.location_id = w.location_id
  ) as members
  from within w
  where w.location_id = w.ancestor_id
)
select
  'locations' as table_name,
  arg_max(l.location_id, l._record) as key,
  'parent_id' as column_name,
  arg_max(l.parent_id, l._record) as value,
  format('these places contain each other in a circle: {}', c.members) as message
from circles c
join locations l on l.location_id = c.location_id
group by c.members
