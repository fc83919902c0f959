-- title: A place lies in the country of its parent
-- severity: error
-- what: Compares the country of each place with that of its parent, where both have one.
-- why: A place that changes country on the way up the tree hangs under the wrong parent or bears
--   the wrong code.
-- bad: country LB, parent homs-governorate (country SY)
-- good: country SY, parent homs-governorate (country SY)
-- hint: Mend the country or the parent.
select
  'locations' as table_name,
  c.location_id as key,
  'country' as column_name,
  c.country as value,
  format(
    '{} is in {}, but its parent {} is in {}', c.location_id, c.country, p.location_id, p.country
  ) as message
from locations c
join locations p on p.location_id = c.parent_id
where c.country <> p.country
