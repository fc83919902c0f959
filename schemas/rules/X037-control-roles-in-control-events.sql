-- title: Control is gained and lost in changes of control only
-- severity: error
-- what: The roles gained_control and lost_control stand only in the subtypes capture,
--   partial_control and withdrawal, and lost_control in control_lost. Announced withdrawals have a
--   rule of their own (X038).
-- why: The ledger of control is read from these subtypes; a change that hides in a battle or a
--   description is lost.
-- bad: ground_battle with hts as gained_control
-- good: ground_battle with hts as initiator, and a capture with hts as gained_control
-- hint: Record the change as an event of its own, or choose another role (holder, initiator,
--   target).
select
  'event_actors' as table_name,
  a._key as key,
  'role' as column_name,
  a.role as value,
  format('{} has the role {} in {} ({})', a.actor_id, a.role, e.event_id, e.event_subtype)
    as message
from event_actors a
join events e on e.event_id = a.event_id
join codelists.event_subtype s on s.code = e.event_subtype
where a.role in ('gained_control', 'lost_control')
  and s.code <> 'announced_withdrawal'
  and (
    s.code not in ('capture', 'partial_control', 'withdrawal', 'control_lost')
    or (s.code = 'control_lost' and a.role = 'gained_control')
  )
