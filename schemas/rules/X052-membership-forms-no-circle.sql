-- title: No actor belongs to itself through others
-- severity: error
-- what: Follows member_of and part_of from actor to actor and reports each circle once, at its last
--   row.
-- why: In a circle nobody can say what is part of what, and sums by organisation never end.
-- bad: a is part of b, and b is part of a
-- good: a is part of b, and b is part of c
-- hint: Turn round or remove the relation that is wrong.
with recursive links as (
  select relation_id, actor_id, other_actor_id, _record
  from actor_relations
  where relation in ('member_of', 'part_of')
    and actor_id <> other_actor_id
),
reaches(actor_id, whole_id) as (
  select actor_id, other_actor_id
  from links
  union
  select r.actor_id, l.other_actor_id
  from reaches r
  join links l on l.actor_id = r.whole_id
),
circles as (
  select r.actor_id, string_agg(r.whole_id, ', ' order by r.whole_id) as members
  from reaches r
  join reaches b on b.actor_id = r.whole_id and b.whole_id = r.actor_id
  group by r.actor_id
)
select
  'actor_relations' as table_name,
  arg_max(l.relation_id, l._record) as key,
  'other_actor_id' as column_name,
  arg_max(l.other_actor_id, l._record) as value,
  format('these actors belong to each other in a circle: {}', c.members) as message
from links l
join circles c on c.actor_id = l.actor_id
join circles o on o.actor_id = l.other_actor_id and o.members = c.members
group by c.members
