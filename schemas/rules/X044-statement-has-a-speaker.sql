-- title: A statement has a speaker
-- severity: error
-- what: Every event of the type statement has an actor in the role speaker.
-- why: A statement that nobody made cannot be weighed.
-- bad: declaration with hts as initiator only
-- good: declaration with hts as speaker
-- hint: Enter who made it public as speaker.
select
  'events' as table_name,
  e.event_id as key,
  'event_subtype' as column_name,
  e.event_subtype as value,
  format('this {} has no actor in the role speaker', e.event_subtype) as message
from events e
join codelists.event_subtype s on s.code = e.event_subtype
where s.event_type = 'statement'
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from event_actors a
    where a.event_id = e.event_id and a.role = 'speaker'
  )
