-- title: An announced withdrawal is not yet a withdrawal
-- severity: error
-- what: Finds announced withdrawals in which an actor gains or loses control.
-- why: The announcement and the act are two events; armies announce withdrawals that they do not
--   carry out, and the reverse.
-- bad: announced_withdrawal with syrian-army as lost_control
-- good: announced_withdrawal with syrian-army as speaker
-- hint: Record the withdrawal as an event of its own and leave the announcement with its speaker.
select
  'event_actors' as table_name,
  a._key as key,
  'role' as column_name,
  a.role as value,
  format('{} has the role {} in {}, which only announces', a.actor_id, a.role, a.event_id)
    as message
from event_actors a
join events e on e.event_id = a.event_id
where a.role in ('gained_control', 'lost_control')
  and e.event_subtype = 'announced_withdrawal'
