-- title: A violent event says who did it
-- severity: error
-- what: A clash, strike or abuse has an actor in the role initiator, or its note says that the
--   author is unknown, unclear or not named.
-- why: Violence without direction cannot be counted for any side, and silence is not the same as
--   not known.
-- bad: air_strike with a target only, note empty
-- good: air_strike with a target only, note "The sources do not say whose aircraft."
-- hint: Enter the initiator, or say in the note that it is unknown.
select
  'events' as table_name,
  e.event_id as key,
  'event_subtype' as column_name,
  e.event_subtype as value,
  format('no actor initiates this {}, and the note does not call it unknown', e.event_subtype)
    as message
from events e
join codelists.event_subtype s on s.code = e.event_subtype
where s.event_type in ('clash', 'strike', 'abuse')
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
  and not regexp_matches(
    lower(coalesce(e.note, '')), 'unknown|unclear|not (known|named|say|stated?|identif)'
  )
  and not exists (
    from event_actors a
    where a.event_id = e.event_id and a.role = 'initiator'
  )
