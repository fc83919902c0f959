-- title: An alias is not the name of another row
-- severity: warning
-- what: Finds an alias of an actor or place that is the name of a different one. Former names and
--   descriptive phrases are left out, and so is a place that lies within the other.
-- why: A reader who looks up the name finds two rows and cannot tell which of them a source means.
-- bad: alias Jaish al-Izza for a group, while another actor has that name
-- good: alias HTS, which is the name of no other actor
-- hint: Remove the alias, or merge the two rows if they are the same and leave a tombstone.
with clashes as (
  select
    'actor_aliases' as table_name,
    a._key as key,
    a.alias,
    n.actor_id as id,
    o.actor_id as other
  from actor_aliases a
  join actors n on n.actor_id = a.actor_id
  join actors o on o.actor_id <> a.actor_id and lower(a.alias) in (lower(o.name), lower(o.name_ar))
  where a.kind not in ('description', 'former_name')
    and lower(a.alias) not in (lower(n.name), lower(coalesce(n.name_ar, '')))
  union all
  select 'location_aliases', a._key, a.alias, n.location_id, o.location_id
  from location_aliases a
  join locations n on n.location_id = a.location_id
  join locations o
    on o.location_id <> a.location_id
    and lower(a.alias) in (lower(o.name), lower(o.name_ar))
  where a.kind not in ('description', 'former_name')
    and lower(a.alias) not in (lower(n.name), lower(coalesce(n.name_ar, '')))
    and not exists (
      from place_ancestors w
      where (w.location_id = n.location_id and w.ancestor_id = o.location_id)
        or (w.location_id = o.location_id and w.ancestor_id = n.location_id)
    )
)
select
  table_name,
  key,
  'alias' as column_name,
  alias as value,
  format('this alias of {} is the name of {}', id, min(other)) as message
from clashes
group by table_name, key, alias, id
