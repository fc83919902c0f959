-- title: A place in Syria has a parent
-- severity: error
-- what: Every place in Syria other than the country itself and the sea has a parent_id.
-- why: Without a parent an event drops out of every sum by governorate.
-- bad: town in SY, parent_id empty
-- good: town in SY, parent_id homs-governorate
-- hint: Name the smallest recorded place that contains it.
select
  'locations' as table_name,
  location_id as key,
  'parent_id' as column_name,
  null::varchar as value,
  format('{} is a place of kind {} in Syria and has no parent', location_id, kind) as message
from locations
where country = 'SY'
  and kind not in ('country', 'sea')
  and parent_id is null
