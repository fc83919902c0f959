-- title: Actors
-- show: parts
-- table: event_actors
-- of: events
-- noun: actor in an event, actors in events
select
  a._key as key,
  a.event_id as of,
  concat(coalesce(r.title, a.role), ': ', coalesce(n.name, a.actor_id)) as words
from event_actors a
left join actors n on n.actor_id = a.actor_id
left join codelists.role r on r.code = a.role
