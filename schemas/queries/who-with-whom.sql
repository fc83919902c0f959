-- group: Actors and words
-- title: Who acted beside whom, and against whom?
-- reading: Drawn by rule from the roles in events of force, control and deployment, not from what a
--   source states; the number of events stands in brackets. A leader and the coalition that it
--   leads both have roles in one event, so they appear beside each other. Sides by statement of a
--   source are in the question on relations.
with ties as (
  select a.actor_id, a.actor_name, a.camp, a.relation, a.other_actor_name as other, a.weight
  from actor_network a
  where a.basis = 'events'
  union all
  select a.other_actor_id, a.other_actor_name, a.other_camp, a.relation, a.actor_name, a.weight
  from actor_network a
  where a.basis = 'events'
)
select
  t.actor_name,
  t.camp,
  string_agg(format('{} ({})', t.other, t.weight), '; ' order by t.weight desc, t.other)
    filter (t.relation = 'with') as beside,
  string_agg(format('{} ({})', t.other, t.weight), '; ' order by t.weight desc, t.other)
    filter (t.relation = 'against') as against
from ties t
group by t.actor_id, t.actor_name, t.camp
order by t.camp, sum(t.weight) desc, t.actor_id
