-- title: A relation suits the kinds of its actors
-- severity: error
-- what: Nobody leads a person, and what leads is a person or an organised group; part_of and
--   splinter_of hold between organisations; nobody is a member of a person.
-- why: The relations are read by direction; a wrong kind at one end mostly means that the two ends
--   are swapped.
-- bad: hts leads ahmed-al-sharaa
-- good: ahmed-al-sharaa leads hts
-- hint: Swap the two actors, choose another relation, or mend the kind.
select
  'actor_relations' as table_name,
  r.relation_id as key,
  'relation' as column_name,
  r.relation as value,
  format(
    '{} ({}) cannot stand in the relation {} to {} ({})',
    s.actor_id, s.kind, r.relation, o.actor_id, o.kind
  ) as message
from actor_relations r
join actors s on s.actor_id = r.actor_id
join actors o on o.actor_id = r.other_actor_id
where s.kind <> 'unnamed_person'
  and o.kind <> 'unnamed_person'
  and s.actor_id <> o.actor_id
  and (
    (
      r.relation = 'leads'
      and (s.kind in ('population', 'political_class') or o.kind = 'person')
    )
    or (r.relation in ('part_of', 'splinter_of') and 'person' in (s.kind, o.kind))
    or (r.relation = 'member_of' and o.kind = 'person')
  )
