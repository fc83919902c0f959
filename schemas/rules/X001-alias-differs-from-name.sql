-- title: An alias differs from the name it stands beside
-- severity: error
-- what: Compares each alias of an actor or a place with that row's own name and name_ar, without
--   regard to upper and lower case.
-- why: An alias that repeats the name adds nothing, and it hides the case in which another spelling
--   was meant.
-- bad: actor hts, name Hayat Tahrir al-Sham, alias Hayat Tahrir Al-Sham
-- good: actor hts, name Hayat Tahrir al-Sham, alias HTS
-- hint: Remove the row, or enter the spelling that was meant.
with named as (
  select 'actor_aliases' as table_name, a._key as key, a.alias, n.actor_id as id, n.name, n.name_ar
  from actor_aliases a
  join actors n on n.actor_id = a.actor_id
  union all
  select 'location_aliases', a._key, a.alias, n.location_id, n.name, n.name_ar
  from location_aliases a
  join locations n on n.location_id = a.location_id
)
select
  table_name,
  key,
  'alias' as column_name,
  alias as value,
  format('the alias repeats the name of {} itself', id) as message
from named
where lower(alias) in (lower(name), lower(name_ar))
