-- title: An alias stands for one actor only
-- severity: error
-- what: Finds an alias that is given to two actors in the same language, without regard to case.
--   Descriptive phrases are left out.
-- why: Names in sources are matched through the aliases; one that means two actors sends a claim to
--   the wrong one.
-- bad: HTS as an acronym of hts and of another group
-- good: HTS as an acronym of hts alone
-- hint: Keep the alias with the actor that the source means; if both are so called, give it the
--   kind description.
with folded as (
  select
    a.*,
    first_value(a.actor_id) over (
      partition by lower(a.alias), a.language order by a._record
    ) as first_actor
  from actor_aliases a
  join actors n on n.actor_id = a.actor_id
  where a.kind <> 'description'
)
select
  'actor_aliases' as table_name,
  _key as key,
  'alias' as column_name,
  alias as value,
  format('this alias of {} is already an alias of {} ({})', actor_id, first_actor, language)
    as message
from folded
where actor_id <> first_actor
