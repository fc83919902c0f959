-- title: An event known only to an area is placed at the area
-- severity: warning
-- what: Finds events whose precision says district (3), governorate (4) or country (6) while the
--   location is a finer place.
-- why: Either the place is known and the precision too modest, or the place was chosen for want of
--   a better one and misleads.
-- bad: location_precision 4 (governorate) at hama, a city
-- good: location_precision 4 (governorate) at hama-governorate
-- hint: Name the area as the location, or give the precision of the place.
select
  'events' as table_name,
  e.event_id as key,
  'location_precision' as column_name,
  e.location_precision::varchar as value,
  format(
    'precision {} means "{}", but {} is a place of kind {} (precision {})',
    e.location_precision, lower(p.title), l.location_id, l.kind, k.precision
  ) as message
from events e
join locations l on l.location_id = e.location_id
join codelists.location_kind k on k.code = l.kind
join codelists.location_precision p on p.code = e.location_precision::varchar
where e.event_subtype <> 'capture'
  and e.location_precision in (3, 4, 6)
  and k.precision::bigint < e.location_precision
  and k.code <> 'region'
