-- title: Events within a distance of a point
-- parameters: lat, lon, km
-- row: An event or state of affairs whose place has coordinates and lies within so many kilometres
--   of the point (decimal degrees, WGS 84), the nearest first.
-- caveats: The distance is that along a great circle of a sphere of radius 6371.0088 km to the
--   centre of the place, whatever location_precision says: an event known to a governorate lies at
--   the centre of it. Events at places without coordinates are left out.
-- column title: Title of the event.
-- column place_name: Name of the place; empty if it has none in locations.
-- column distance_km: Distance of the place from the point in kilometres, to the metre.
select
  e.event_id,
  e.title,
  e.start_date,
  e.end_date,
  e.event_type,
  e.event_subtype,
  e.location_id,
  e.place_name,
  e.location_precision,
  e.lat,
  e.lon,
  round(d.distance_km, 3) as distance_km,
  e.evidence,
  e.planned
from events_wide e
join (
  select
    h.location_id,
    2 * 6371.0088 * asin(sqrt(case when h.haversine > 1 then 1 else h.haversine end))
      as distance_km
  from (
    select
      l.location_id,
      pow(sin(radians(l.lat - cast(lat as double)) / 2), 2)
        + cos(radians(l.lat)) * cos(radians(cast(lat as double)))
        * pow(sin(radians(l.lon - cast(lon as double)) / 2), 2) as haversine
    from locations l
  ) h
) d on d.location_id = e.location_id
where d.distance_km <= cast(km as double)
order by d.distance_km, e.event_id
