-- title: Nobody both gains and loses in one event
-- severity: error
-- what: Finds an actor with two of the roles gained_control, lost_control and holder in the same
--   event.
-- why: The three roles exclude each other: held not before, not after, or throughout.
-- bad: hts in the roles gained_control and lost_control of one event
-- good: hts as gained_control, syrian-army as lost_control
-- hint: Remove the role that is wrong.
select
  'event_actors' as table_name,
  arg_max(a._key, a._record) as key,
  'role' as column_name,
  arg_max(a.role, a._record) as value,
  format(
    '{} has roles in {} that exclude each other: {}',
    a.actor_id, a.event_id, string_agg(distinct a.role, ', ' order by a.role)
  ) as message
from event_actors a
join events e on e.event_id = a.event_id
where a.role in ('gained_control', 'lost_control', 'holder')
group by a.event_id, a.actor_id
having count(distinct a.role) > 1
