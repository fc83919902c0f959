-- title: An actor exists when it takes part
-- severity: error
-- what: Compares the dates of each event with active_from and active_to of its actors.
-- why: An actor that did not exist any more, or not yet, was confused with its forerunner or
--   successor.
-- bad: actor active_to 2017-01-28 in an event of 2024-12-05
-- good: actor active_from 2017-01-28 in an event of 2024-12-05
-- hint: Enter the actor that existed at the time, or mend the dates of the actor or the event.
select
  'event_actors' as table_name,
  a._key as key,
  'actor_id' as column_name,
  a.actor_id as value,
  format(
    '{} was active from {} to {}, but {} ran from {} to {}',
    n.actor_id, coalesce(n.active_from::varchar, 'an unknown day'),
    coalesce(n.active_to::varchar, 'an unknown day'), e.event_id, e.start_date, e.end_date
  ) as message
from event_actors a
join events e on e.event_id = a.event_id
join actors n on n.actor_id = a.actor_id
where e.start_date <= e.end_date
  and coalesce(n.active_from <= n.active_to, true)
  and (e.end_date < n.active_from or e.start_date > n.active_to)
