-- group: Method
-- title: How exactly are the events of each type known?
-- reading: Of the events in the first column, how many are dated to one day, placed exactly or
--   within about 25 km, placed with coordinates, and have a known initiator or gainer. What is
--   missing is missing in the coded sources.
select
  t.title as event_type,
  count(*) as events,
  count(*) filter (e.start_date = e.end_date) as one_day,
  count(*) filter (e.location_precision <= 2) as placed,
  count(e.lat) as with_coordinates,
  count(coalesce(e.initiators, e.gainers, e.speakers)) as with_actor,
  count(*) filter (e.upstreams >= 2) as two_upstreams
from events_wide e
join codelists.event_type t on t.code = e.event_type
where e.unit = 'event'
  and e.scope = 'window'
  and not coalesce(e.planned, false)
group by t.title
order by events desc, t.title
