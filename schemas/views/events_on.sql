-- title: What happened, or may have happened, on a day
-- parameters: day
-- row: An event or state of affairs whose dates include the day.
-- caveats: exact is false where the dates leave further days open, so that it need not have
--   happened on this one. Planned and discounted events and states of affairs are among them.
-- column title: Title of the event.
-- column exact: Whether it is known to be of this very day.
-- column place_name: Name of the place; empty if it has none in locations.
-- column initiators: Names of those who did it.
-- column targets: Names of those to whom it was done.
select
  e.event_id,
  e.title,
  e.start_date,
  e.end_date,
  e.start_date = e.end_date as exact,
  e.event_type,
  e.event_subtype,
  e.unit,
  e.location_id,
  e.place_name,
  e.initiators,
  e.targets,
  e.evidence,
  e.planned
from events_wide e
where cast(day as date) between e.start_date and e.end_date
order by e.start_date, e.event_id
