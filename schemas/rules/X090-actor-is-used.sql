-- title: An actor takes part in something
-- severity: warning
-- what: Looks for each actor in event_actors, reports, sources, quotes and the relations.
-- why: An actor without any use is a leftover, a double, or a sign that a row is missing elsewhere.
-- bad: actor whom no event, claim, source, quote or relation names
-- good: actor with a role in an event
-- hint: Enter the role, claim or relation for which the row was made, or remove it with a
--   tombstone.
with uses(actor_id) as (
  select actor_id from event_actors
  union all
  select claimant_id from reports
  union all
  select upstream_id from reports
  union all
  select claimed_controller_id from reports
  union all
  select upstream_id from sources
  union all
  select speaker_id from quotes
  union all
  select actor_id from actor_relations
  union all
  select other_actor_id from actor_relations
)
select
  'actors' as table_name,
  a.actor_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format('nothing refers to {} ({})', a.actor_id, a.name) as message
from actors a
where not exists (
    from uses u
    where u.actor_id = a.actor_id
  )
  and not exists (
    from uses u
    anti join actors x on x.actor_id = u.actor_id
    where u.actor_id is not null
  )
