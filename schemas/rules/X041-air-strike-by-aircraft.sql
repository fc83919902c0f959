-- title: An air strike is flown by a state
-- severity: error
-- what: The initiator of an air strike is a state, the forces of a state, or a coalition to which
--   one of these belongs.
-- why: No armed group in the record has aircraft; a group as initiator means a drone strike,
--   shelling or a swapped role.
-- bad: air_strike with hts as initiator
-- good: air_strike with russian-air-force as initiator
-- hint: Mend the initiator, or record a drone strike or shelling.
select
  'event_actors' as table_name,
  a._key as key,
  'actor_id' as column_name,
  a.actor_id as value,
  format('{} is of kind {}, yet it initiates the air strike {}', a.actor_id, i.kind, a.event_id)
    as message
from event_actors a
join events e on e.event_id = a.event_id
join actors i on i.actor_id = a.actor_id
where a.role = 'initiator'
  and e.event_subtype = 'air_strike'
  and i.kind not in ('state', 'state_forces')
  and not (
    i.kind = 'coalition'
    and exists (
      from actor_wholes b
      join actors m on m.actor_id = b.actor_id
      where b.whole_id = i.actor_id and m.kind in ('state', 'state_forces')
    )
  )
