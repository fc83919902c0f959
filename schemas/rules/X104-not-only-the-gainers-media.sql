-- title: A gain of control is not told by the gainer's side alone
-- severity: warning
-- what: Finds changes of control, neither contested, confirmed nor discounted, whose supporting
--   reports all come from upstreams of the gainer's own camp or its allies. An unknown upstream
--   counts for nothing.
-- why: Each side's media are quick to announce its gains; readers should know when nobody else
--   does.
-- bad: capture by the army, supported by the state agency only
-- good: capture by the army, supported by the state agency and by Reuters
-- hint: Look for a report from outside, or waive the finding with the reason.
with sides as (
  select r.event_id, r.upstream_id, replace(r.upstream_camp, '_ally', '') as side
  from report_upstreams r
  where r.stance = 'supports' and r.source_id is not null and r.upstream_id is not null
),
gainers as (
  select a.event_id, min(replace(n.camp, '_ally', '')) as side
  from event_actors a
  join actors n on n.actor_id = a.actor_id
  where a.role = 'gained_control'
  group by a.event_id
)
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'only media of the gaining side ({}) support it: {}',
    g.side, string_agg(distinct r.upstream_id, ', ' order by r.upstream_id)
  ) as message
from events e
join gainers g on g.event_id = e.event_id
join sides r on r.event_id = e.event_id
where e.event_subtype in ('capture', 'partial_control')
  and e.evidence in ('fair', 'weak')
  and g.side in ('government', 'opposition', 'kurdish_led')
group by e.event_id, e.evidence, g.side
having bool_and(coalesce(r.side = g.side, false))
