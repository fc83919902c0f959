-- title: What reports say differently of one event
-- row: An event and a matter (kind) of which its reports give more than one version; for counts
--   also what is counted (measure).
-- caveats: kind is date (the one day that a claim names), controller (who holds the place after
--   it), count (numbers that are no running totals) or stance (some support it, others contradict
--   or deny it). Claims that only mention the event are left out, and so are words that name no day
--   or number. Different days do not make an event contested. versions holds the claims, made_by
--   who makes each, in the same order; who makes a claim is its claimant, else its upstream, else
--   the publisher.
-- column event_title: Title of the event.
-- column kind: What it is about: date, controller, count or stance.
-- column measure: For counts, what is counted; empty otherwise.
-- column versions: The different claims, in order of their text.
-- column made_by: Who makes each of them, names divided by semicolons.
with claims as (
  select
    r.report_id,
    r.event_id,
    r.stance,
    r.claimed_date,
    r.claimed_controller_id,
    coalesce(n.name, r.claimant_id, u.upstream_name, u.upstream_id, u.publisher, r.source_id) as who
  from reports r
  left join report_upstreams u on u.report_id = r.report_id
  left join actors n on n.actor_id = r.claimant_id
  where r.stance <> 'mentions'
),
versions as (
  select c.event_id, 'date' as kind, null::varchar as measure, c.claimed_date::varchar as version,
    c.who
  from claims c
  where c.claimed_date is not null
  union all
  select c.event_id, 'controller', null, c.claimed_controller_id, c.who
  from claims c
  where c.claimed_controller_id is not null
  union all
  select
    c.event_id,
    'count',
    k.measure,
    case when k.low = k.high then k.low::varchar else format('{} to {}', k.low, k.high) end,
    c.who
  from claims c
  join report_counts k on k.report_id = c.report_id
  where not k.cumulative
    and k.low is not null
    and k.high is not null
  union all
  select c.event_id, 'stance', null, c.stance, c.who
  from claims c
),
distinct_versions as (
  select
    v.event_id,
    v.kind,
    v.measure,
    v.version,
    string_agg(distinct v.who, '; ' order by v.who) as who
  from versions v
  group by v.event_id, v.kind, v.measure, v.version
)
select
  d.event_id,
  e.title as event_title,
  e.evidence,
  d.kind,
  d.measure,
  list(d.version order by d.version) as versions,
  list(d.who order by d.version) as made_by
from distinct_versions d
left join events e on e.event_id = d.event_id
group by d.event_id, e.title, e.evidence, d.kind, d.measure
having count(*) > 1
  and (d.kind <> 'stance' or bool_or(d.version = 'supports'))
