-- title: An unnamed speaker has no further name
-- severity: error
-- what: Finds aliases of unnamed persons that are not mere descriptions.
-- why: A speaker whom the source leaves unnamed must not be identified by the record, not by a nom
--   de guerre either.
-- bad: alias Abu X, kind nom_de_guerre, of an unnamed person
-- good: alias army defector, kind description, of an unnamed person
-- hint: Remove the alias, or code the person by name if the source names them.
select
  'actor_aliases' as table_name,
  a._key as key,
  'kind' as column_name,
  a.kind as value,
  format('{} is an unnamed person, but this alias is of kind {}', a.actor_id, a.kind) as message
from actor_aliases a
join actors n on n.actor_id = a.actor_id
join codelists.alias_kind k on k.code = a.kind
where n.kind = 'unnamed_person'
  and a.kind <> 'description'
