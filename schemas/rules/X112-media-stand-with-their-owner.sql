-- title: A medium stands where its owner stands
-- severity: error
-- what: Compares the camp of each medium with that of the actor that it is part of or speaks for.
-- why: Independence is judged by camp; a state medium coded as an outsider would vouch for its state.
-- bad: Blue Radio, camp outside, speaks for the Blue State, camp government
-- good: Blue Radio and the Blue State, both camp government
-- hint: Give the medium the camp of its owner, or mend the relation.
select
  'actors' as table_name,
  m.actor_id as key,
  'camp' as column_name,
  m.camp as value,
  format(
    'its camp is {}, but that of {}, to which it belongs ({}), is {}',
    m.camp, o.actor_id, min(r.relation_id), o.camp
  ) as message
from actors m
join actor_relations r on r.actor_id = m.actor_id and r.relation in ('part_of', 'speaks_for')
join actors o on o.actor_id = r.other_actor_id
where m.kind = 'media'
  and m.camp <> o.camp
group by m.actor_id, m.camp, o.actor_id, o.camp
