-- title: A relation lies within the lives of both actors
-- severity: error
-- what: Compares valid_from and valid_to with active_from and active_to of both actors. For
--   splinter_of only the actor that split off is compared.
-- why: Nobody leads or joins what does not exist yet or any more.
-- bad: valid_from 2012-01-01, other actor active_from 2017-01-28
-- good: valid_from 2017-10-01, other actor active_from 2017-01-28
-- hint: Mend the dates of the relation or the actor, or name the forerunner.
with sides as (
  select r.*, n.actor_id as side_id, n.active_from, n.active_to
  from actor_relations r
  join actors n on n.actor_id = r.actor_id
  union all
  select r.*, n.actor_id, n.active_from, n.active_to
  from actor_relations r
  join actors n on n.actor_id = r.other_actor_id
  where r.relation <> 'splinter_of'
),
faults as (
  select *, case
    when valid_from < active_from or valid_from > active_to then 'valid_from'
    else 'valid_to'
  end as fault
  from sides
  where coalesce(valid_from <= valid_to, true)
    and coalesce(active_from <= active_to, true)
    and (
      valid_from < active_from
      or valid_from > active_to
      or valid_to > active_to
      or valid_to < active_from
    )
)
select
  'actor_relations' as table_name,
  relation_id as key,
  min(fault) as column_name,
  arg_min(if(fault = 'valid_from', valid_from, valid_to), (fault, side_id))::varchar as value,
  arg_min(
    format(
      '{} is {}, but {} was active from {} to {}',
      fault, if(fault = 'valid_from', valid_from, valid_to), side_id,
      coalesce(active_from::varchar, 'an unknown day'),
      coalesce(active_to::varchar, 'an unknown day')
    ),
    (fault, side_id)
  ) as message
from faults
group by relation_id
