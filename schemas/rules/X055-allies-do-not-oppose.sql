-- title: Two actors are not allies and opponents at once
-- severity: warning
-- what: Finds pairs of actors with the relations allied_with and opposes over the same days; an
--   empty date leaves that end open.
-- why: One of the two rows mostly belongs to another time or another actor.
-- bad: iran allied_with syria and syria opposes iran, both without dates
-- good: allied_with until 2011-12-31, opposes from 2012-01-01
-- hint: Give the days on which each relation held, or remove the one that is wrong.
select
  'actor_relations' as table_name,
  o.relation_id as key,
  'relation' as column_name,
  o.relation as value,
  format(
    '{} opposes {}, but {} says that the two are allied at the same time',
    o.actor_id, o.other_actor_id, min(a.relation_id)
  ) as message
from actor_relations o
join actor_relations a
  on a.relation = 'allied_with'
  and (
    (a.actor_id = o.actor_id and a.other_actor_id = o.other_actor_id)
    or (a.actor_id = o.other_actor_id and a.other_actor_id = o.actor_id)
  )
where o.relation = 'opposes'
  and o.actor_id <> o.other_actor_id
  and coalesce(o.valid_from <= a.valid_to, true)
  and coalesce(a.valid_from <= o.valid_to, true)
group by o.relation_id, o.relation, o.actor_id, o.other_actor_id
