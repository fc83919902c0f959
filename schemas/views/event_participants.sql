-- title: Who had which role in which event
-- row: An actor in a role in an event.
-- caveats: An actor with two roles in an event has two rows. day is empty where the dates leave
--   more than one day open. Planned and discounted events are among them.
-- column event_id: The event.
-- column event_title: Title of the event.
-- column day: Day of the event, if it is known to the day.
-- column place_name: Name of the place; empty if it has none in locations.
-- column actor_name: Name of the actor.
-- column actor_kind: Kind of the actor.
select
  a.event_id,
  e.title as event_title,
  e.event_type,
  e.event_subtype,
  e.unit,
  case when e.start_date = e.end_date then e.start_date end as day,
  e.start_date,
  e.end_date,
  e.location_id,
  l.name as place_name,
  a.actor_id,
  n.name as actor_name,
  n.kind as actor_kind,
  n.camp,
  a.role,
  e.evidence,
  e.planned
from event_actors a
left join events e on e.event_id = a.event_id
left join locations l on l.location_id = e.location_id
left join actors n on n.actor_id = a.actor_id
