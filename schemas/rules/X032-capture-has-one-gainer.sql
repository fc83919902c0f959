-- title: A capture has exactly one gainer
-- severity: error
-- what: Counts the actors in the role gained_control of each capture that is not planned.
-- why: The ledger of control names one holder of a place at a time; whoever helped is a supporter,
--   and a joint command is an actor of its own.
-- bad: capture with hts and sna both in the role gained_control
-- good: capture with hts as gained_control and sna as supporter
-- hint: Leave one actor in the role gained_control and enter the others as supporter or initiator.
select
  'events' as table_name,
  e.event_id as key,
  'event_subtype' as column_name,
  e.event_subtype as value,
  case count(a.actor_id)
    when 0 then 'no actor gains control in this capture'
    else format(
      '{} actors gain control in this capture: {}',
      count(a.actor_id), string_agg(a.actor_id, ', ' order by a.actor_id)
    )
  end as message
from events e
left join event_actors a on a.event_id = e.event_id and a.role = 'gained_control'
where e.event_subtype = 'capture'
  and not e.planned
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
group by e.event_id, e.event_subtype
having count(a.actor_id) <> 1
