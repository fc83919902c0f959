-- group: Course of events
-- title: What did outside states and their forces do?
-- reading: An actor has a row for each role in an event. initiator, supporter and mediator act;
--   holder is who holds an area by a description. States as they were acted upon or affected are
--   left out, and so are armed groups from outside, which are no states. Rows of the scope
--   background are not part of the offensive.
select
  a.country,
  p.actor_name,
  p.camp,
  p.role,
  p.event_id,
  p.event_title,
  p.start_date,
  p.end_date,
  e.scope,
  p.evidence
from event_participants p
join actors a on a.actor_id = p.actor_id
join events e on e.event_id = p.event_id
where a.kind in ('state', 'state_forces', 'government_body')
  and a.camp not in ('government', 'opposition', 'kurdish_led')
  and p.role in ('initiator', 'supporter', 'mediator', 'holder')
  and not coalesce(p.planned, false)
order by a.country nulls last, p.start_date, p.end_date, p.event_id, p.actor_name, p.role
