-- title: Two actors of one kind do not share a name
-- severity: warning
-- what: Finds actors of the same kind with the same name, without regard to case. Unnamed speakers
--   are left out.
-- why: An actor that stands in two rows splits its events, claims and quotations in two.
-- bad: two rows of kind armed_group named Jaish al-Izza
-- good: one row named Jaish al-Izza
-- hint: Merge the rows and leave a tombstone, or tell the names apart by what distinguishes the
--   two.
with named as (
  select
    actor_id,
    name,
    kind,
    first_value(actor_id) over (partition by lower(name), kind order by _record) as first_actor
  from actors
  where kind <> 'unnamed_person'
)
select
  'actors' as table_name,
  actor_id as key,
  'name' as column_name,
  name as value,
  format('{} has the same name and kind ({}) as {}', actor_id, kind, first_actor) as message
from named
where actor_id <> first_actor
