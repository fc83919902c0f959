-- title: An alliance is not stated twice by one source
-- severity: warning
-- what: Finds allied_with in both directions between two actors from the same source.
-- why: The relation has no direction; both rows together count one alliance twice.
-- bad: russia allied_with iran and iran allied_with russia, from one source
-- good: russia allied_with iran
-- hint: Remove one of the two rows.
select
  'actor_relations' as table_name,
  b.relation_id as key,
  'other_actor_id' as column_name,
  b.other_actor_id as value,
  format(
    '{} already states the alliance of {} and {} from {}',
    min(a.relation_id), b.other_actor_id, b.actor_id, b.source_id
  ) as message
from actor_relations b
join actor_relations a
  on a.relation = 'allied_with'
  and a.actor_id = b.other_actor_id
  and a.other_actor_id = b.actor_id
  and a.source_id = b.source_id
  and a._record < b._record
where b.relation = 'allied_with'
  and b.actor_id <> b.other_actor_id
group by b.relation_id, b.actor_id, b.other_actor_id, b.source_id
