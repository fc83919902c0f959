-- title: A planned event has no outcome
-- severity: error
-- what: Finds planned events with actors that gain or lose control, or with numbers of deaths.
-- why: planned says that the occurrence is not recorded here; an outcome says that it is.
-- bad: planned true, hts in the role gained_control
-- good: planned true, hts in the role initiator
-- hint: Set planned to false, or record the outcome in an event of its own.
select
  'events' as table_name,
  e.event_id as key,
  'planned' as column_name,
  'true' as value,
  format(
    'planned, yet {}',
    case
      when count(a.actor_id) > 0
        then 'control is gained or lost by ' || string_agg(a.actor_id, ', ' order by a.actor_id)
      else 'it has at least ' || e.killed_low || ' deaths'
    end
  ) as message
from events e
left join event_actors a
  on a.event_id = e.event_id
  and a.role in ('gained_control', 'lost_control')
where e.planned
  and (
    e.killed_low is not null
    or e.event_subtype in ('capture', 'partial_control', 'withdrawal', 'control_lost')
  )
group by e.event_id, e.killed_low
having count(a.actor_id) > 0
  or e.killed_low is not null
