-- group: Actors and words
-- title: Who belongs to, leads or backs whom, and which source says so?
-- reading: Read each row as a sentence. An empty day means that the source names none, not that the
--   relation has always held.
select
  a.name as actor,
  r.relation,
  o.name as other_actor,
  r.valid_from,
  r.valid_to,
  s.publisher,
  s.published,
  r.note
from actor_relations r
join actors a on a.actor_id = r.actor_id
join actors o on o.actor_id = r.other_actor_id
left join sources s on s.source_id = r.source_id
order by r.relation, o.name, a.name, r.relation_id
