-- title: An unnamed speaker holds no place and no relation
-- severity: error
-- what: Finds unnamed persons who gain or lose control in an event or stand in a relation to
--   another actor.
-- why: An unnamed speaker must not be placed more closely than the source does; and control is held
--   by forces.
-- bad: (rebel commander) member_of hts
-- good: (rebel commander) as the speaker of a quote, with a coarse description
-- hint: Name the force that gained or lost, or remove the relation and describe the speaker in the
--   quote.
select
  'event_actors' as table_name,
  a._key as key,
  'actor_id' as column_name,
  a.actor_id as value,
  format('{} is an unnamed person and has the role {} in {}', a.actor_id, a.role, a.event_id)
    as message
from event_actors a
join actors n on n.actor_id = a.actor_id
where n.kind = 'unnamed_person'
  and a.role in ('gained_control', 'lost_control')
union all
select
  'actor_relations',
  r.relation_id,
  case when s.kind = 'unnamed_person' then 'actor_id' else 'other_actor_id' end,
  case when s.kind = 'unnamed_person' then r.actor_id else r.other_actor_id end,
  format(
    '{} is an unnamed person and stands in the relation {}',
    case when s.kind = 'unnamed_person' then r.actor_id else r.other_actor_id end, r.relation
  )
from actor_relations r
join actors s on s.actor_id = r.actor_id
join actors o on o.actor_id = r.other_actor_id
where 'unnamed_person' in (s.kind, o.kind)
