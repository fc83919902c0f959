-- title: Two places do not share a point
-- severity: warning
-- what: Finds places with exactly the same coordinates. A place and one that contains it may share
--   them.
-- why: Copied coordinates put one of two places on the wrong spot of the map.
-- bad: Rastan and Talbiseh both at 34.92, 36.73
-- good: the city of Hama and its governorate both at 35.13, 36.76
-- hint: Look up the coordinates of both places and mend the one that is wrong.
select
  'locations' as table_name,
  b.location_id as key,
  'lat' as column_name,
  b.lat::varchar as value,
  format(
    '{} lies at {}, {}, exactly where {} lies',
    b.location_id, b.lat, b.lon, arg_min(a.location_id, a._record)
  ) as message
from locations b
join locations a
  on a.lat = b.lat
  and a.lon = b.lon
  and a._record < b._record
  and a.location_id <> b.location_id
where not (
    lower(a.name) = lower(b.name)
    and a.kind = b.kind
    and a.parent_id is not distinct from b.parent_id
    and a.country is not distinct from b.country
  )
  and not exists (
    from place_ancestors w
    where (w.location_id = a.location_id and w.ancestor_id = b.location_id)
      or (w.location_id = b.location_id and w.ancestor_id = a.location_id)
  )
group by b.location_id, b.lat, b.lon
