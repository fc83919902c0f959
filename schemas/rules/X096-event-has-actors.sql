-- title: An event has an actor
-- severity: warning
-- what: Looks for the actors of each event. Changes of control, statements and violence have rules
--   of their own.
-- why: An event in which nobody takes part cannot be found by side, and direction is what users ask
--   for.
-- bad: displacement without an actor
-- good: displacement with a population in the role affected
-- hint: Enter who did it, suffered it or described it.
select
  'events' as table_name,
  e.event_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format('no actor has a role in {}, a {}', e.event_id, e.event_subtype) as message
from events e
join codelists.event_subtype s on s.code = e.event_subtype
where (
    s.event_type not in ('control', 'statement', 'clash', 'strike', 'abuse')
    or (s.event_type = 'control' and e.planned)
  )
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from event_actors a
    where a.event_id = e.event_id
  )
