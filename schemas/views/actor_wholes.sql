-- title: What each actor belongs to
-- row: An actor and one that it belongs to, itself included, directly or through others.
-- caveats: Follows the relations member_of and part_of, whatever their dates.
-- column whole_id: The actor itself, or one that it belongs to.
with recursive belongs(actor_id, whole_id) as (
  select a.actor_id, a.actor_id
  from actors a
  union
  select b.actor_id, r.other_actor_id
  from belongs b
  join actor_relations r
    on r.actor_id = b.whole_id
    and r.relation in ('member_of', 'part_of')
)
select b.actor_id, b.whole_id
from belongs b
