-- group: Sources
-- title: What does each upstream support, and what does it support alone?
-- reading: supported counts the events and states of affairs that reports of this upstream support,
--   alone those that nobody else supports: what the record would lose without it. percent_alone is
--   alone in a hundred of supported.
with backing as (
  select distinct u.event_id, u.upstream_id, u.upstream_name, u.upstream_kind
  from report_upstreams u
  where u.stance = 'supports'
    and u.upstream_id is not null
),
counted as (
  select b.*, count(*) over (partition by b.event_id) as upstreams
  from backing b
)
select
  c.upstream_name,
  c.upstream_kind,
  count(*) as supported,
  count(*) filter (c.upstreams = 1) as alone,
  round(100 * count(*) filter (c.upstreams = 1) / count(*), 0)::integer as percent_alone
from counted c
group by c.upstream_id, c.upstream_name, c.upstream_kind
order by alone desc, supported desc, c.upstream_id
