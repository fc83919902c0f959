-- title: Ties between actors
-- row: Two actors and how they stand to each other.
-- caveats: basis is relations for what sources state (from actor_id to other_actor_id, as in
--   actor_relations; weight counts the rows, the days are those stated) and events for taking part
--   in the same events, with or against each other (no direction, the smaller identifier first;
--   weight counts the events, the days bound them). One side are initiator, gained_control,
--   supporter and beneficiary, the other target and lost_control; who withdraws stands with the
--   loser. Only what happened in operations, control, clashes, strikes, deployments, abuse and
--   detention counts, not what was planned or is discounted. Ties with or against are drawn by
--   rule, not by a source.
-- column basis: Where the tie comes from: relations or events.
-- column actor_name: Name of actor_id.
-- column relation: A code of the list relation, or with or against.
-- column other_actor_id: The other actor.
-- column other_actor_name: Name of other_actor_id.
-- column other_camp: Camp of other_actor_id.
-- column weight: Number of rows of actor_relations, or of events.
-- column first_day: Earliest day that is stated, or on which one of the events can have begun.
-- column last_day: Latest day that is stated, or on which one of the events can have ended.
with sides as (
  select distinct
    e.event_id,
    e.start_date,
    e.end_date,
    a.actor_id,
    case
      when a.role = 'initiator' and e.event_subtype = 'withdrawal' then 'second'
      when a.role in ('target', 'lost_control') then 'second'
      else 'first'
    end as side
  from events e
  join event_actors a on a.event_id = e.event_id
  where e.event_type in (
      'operation', 'control', 'clash', 'strike', 'deployment', 'abuse', 'detention'
    )
    and a.role in (
      'initiator', 'gained_control', 'supporter', 'beneficiary', 'target', 'lost_control'
    )
    and e.unit = 'event'
    and not coalesce(e.planned, false)
    and e.evidence is distinct from 'discounted'
),
ties as (
  select
    'relations' as basis,
    r.actor_id,
    r.relation,
    r.other_actor_id,
    count(*) as weight,
    min(r.valid_from) as first_day,
    max(r.valid_to) as last_day
  from actor_relations r
  group by r.actor_id, r.relation, r.other_actor_id
  union all
  select
    'events',
    a.actor_id,
    case when a.side = b.side then 'with' else 'against' end,
    b.actor_id,
    count(distinct a.event_id),
    min(a.start_date),
    max(a.end_date)
  from sides a
  join sides b on b.event_id = a.event_id and a.actor_id < b.actor_id
  group by a.actor_id, b.actor_id, a.side = b.side
)
select
  t.basis,
  t.actor_id,
  n.name as actor_name,
  n.camp,
  t.relation,
  t.other_actor_id,
  o.name as other_actor_name,
  o.camp as other_camp,
  t.weight,
  t.first_day,
  t.last_day
from ties t
left join actors n on n.actor_id = t.actor_id
left join actors o on o.actor_id = t.other_actor_id
