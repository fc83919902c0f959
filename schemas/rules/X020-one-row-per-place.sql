-- title: Two places do not share name, kind and parent
-- severity: error
-- what: Finds places with the same name (without regard to case), kind, parent and country.
-- why: A place that stands in two rows splits its events and its history of control in two.
-- bad: two rows Rastan, kind town, parent homs-governorate
-- good: one row Rastan, kind town, parent homs-governorate
-- hint: Merge the rows and leave a tombstone, or tell the names apart.
with named as (
  select
    location_id,
    name,
    kind,
    first_value(location_id) over (
      partition by lower(name), kind, parent_id, country order by _record
    ) as first_place
  from locations
)
select
  'locations' as table_name,
  location_id as key,
  'name' as column_name,
  name as value,
  format('{} has the same name, kind ({}) and parent as {}', location_id, kind, first_place)
    as message
from named
where location_id <> first_place
