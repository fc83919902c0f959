-- title: A control event names who leaves, gains or holds
-- severity: error
-- what: A withdrawal has an actor in the role lost_control or initiator, partial control has one in
--   gained_control, control_lost has one in lost_control, and a description of control has a
--   holder. Planned events are left out; captures have rules of their own (X032, X033).
-- why: A control event without the actor concerned says nothing about control.
-- bad: control_status with no actor in the role holder
-- good: control_status with sdf as holder
-- hint: Enter the actor with the role, or mend the subtype.
with needs(subtype, roles) as (
  values
    ('withdrawal', ['lost_control', 'initiator']),
    ('partial_control', ['gained_control']),
    ('control_lost', ['lost_control']),
    ('control_status', ['holder'])
)
select
  'events' as table_name,
  e.event_id as key,
  'event_subtype' as column_name,
  e.event_subtype as value,
  format('a {} needs an actor with the role {}', e.event_subtype, array_to_string(n.roles, ' or '))
    as message
from events e
join needs n on n.subtype = e.event_subtype
where not e.planned
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from event_actors a
    where a.event_id = e.event_id and list_contains(n.roles, a.role)
  )
