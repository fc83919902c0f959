-- title: A capture has a loser or was unopposed
-- severity: error
-- what: A capture that is not planned has an actor in the role lost_control, or unopposed is true.
-- why: Direction must be explicit: without a loser nobody can tell from whom the place was taken.
-- bad: capture without lost_control, unopposed empty
-- good: capture without lost_control, unopposed true
-- hint: Enter who lost the place, or set unopposed to true if nobody held it any more.
select
  'events' as table_name,
  e.event_id as key,
  'unopposed' as column_name,
  e.unopposed::varchar as value,
  format('nobody loses control in this capture, and unopposed is {}', coalesce(
    e.unopposed::varchar, 'empty'
  )) as message
from events e
where e.event_subtype = 'capture'
  and not e.planned
  and not coalesce(e.unopposed, false)
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from event_actors a
    where a.event_id = e.event_id and a.role = 'lost_control'
  )
