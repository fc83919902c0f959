-- title: The places in which each place lies
-- row: A place and one that contains it, directly or through others.
-- caveats: A place that contains itself through a circle of parents is among its own ancestors.
-- column ancestor_id: A place that contains it.
with recursive within(location_id, ancestor_id) as (
  select l.location_id, l.parent_id
  from locations l
  where l.parent_id is not null
  union
  select w.location_id, l.parent_id
  from within w
  join locations l on l.location_id = w.ancestor_id
  where l.parent_id is not null
)
select w.location_id, w.ancestor_id
from within w
