-- title: A place lies within the extent of its governorate
-- severity: error
-- what: Holds the coordinates of each place that lies in a governorate, by its parents, against the
--   extent of that governorate (list governorate_extent, by P-code).
-- why: Many Syrian places share a name; the point of the wrong one lies far away on the map.
-- bad: parent hama-governorate, lat 33.51, lon 36.29
-- good: parent hama-governorate, lat 35.13, lon 36.76
-- hint: Look the place up again by governorate, or mend its parent.
select
  'locations' as table_name,
  l.location_id as key,
  case
    when l.lat between x.south::double and x.north::double then 'lon' else 'lat'
  end as column_name,
  case
    when l.lat between x.south::double and x.north::double then l.lon else l.lat
  end::varchar as value,
  format(
    '{}, {} lies outside {}, which reaches from {} to {} north and from {} to {} east',
    l.lat, l.lon, g.name, x.south, x.north, x.west, x.east
  ) as message
from locations l
join place_ancestors a on a.location_id = l.location_id
join locations g on g.location_id = a.ancestor_id and g.kind = 'governorate'
join codelists.governorate_extent x on x.code = g.ocha_pcode
where l.lat is not null
  and l.lon is not null
  and not (
    l.lat between x.south::double and x.north::double
    and l.lon between x.west::double and x.east::double
  )
