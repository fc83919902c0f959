-- title: Nobody is both initiator and target
-- severity: warning
-- what: Finds an actor in the roles initiator and target of the same event. Clashes, in which both
--   sides may fight and be fought, are left out.
-- why: Two roles on one actor mostly mean that a role slipped by a row; direction is what users
--   need.
-- bad: shelling with syrian-army as initiator and as target
-- good: shelling with syrian-army as initiator, hts as target
-- hint: Mend the role or the actor of one of the two rows.
select
  'event_actors' as table_name,
  t._key as key,
  'role' as column_name,
  t.role as value,
  format('{} is both initiator and target of {}', t.actor_id, t.event_id) as message
from event_actors t
join event_actors i
  on i.event_id = t.event_id
  and i.actor_id = t.actor_id
  and i.role = 'initiator'
join events e on e.event_id = t.event_id
join codelists.event_subtype s on s.code = e.event_subtype
where t.role = 'target'
  and s.event_type <> 'clash'
