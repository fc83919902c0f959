-- group: Course of events
-- title: What happened within so many kilometres of a place?
-- reading: Distances run to the centre of the place that is recorded, so an event known only to a
--   governorate lies at the centre of it: location_precision tells (1 exact place, 2 around it, 4
--   governorate). Events at places without coordinates are missing, even if they are near.
-- parameters: place = homs, km = 50
select
  n.event_id,
  n.title,
  n.start_date,
  n.end_date,
  n.place_name,
  n.location_precision,
  round(n.distance_km, 1) as distance_km,
  n.evidence
from events_near(
  (select p.lat from locations p where p.location_id = $place),
  (select p.lon from locations p where p.location_id = $place),
  $km
) n
join events e on e.event_id = n.event_id
where e.unit = 'event'
  and not coalesce(n.planned, false)
order by n.start_date, n.distance_km, n.event_id
