-- group: Sources
-- title: How much was published on each day, by how many, and how much happened on it?
-- reading: sources to upstreams count what appeared on the day; events counts those that happened
--   or may have happened on it. Days with many events and few sources are thinly covered. Sources
--   from after the covered period, and those without a day, are not shown.
with texts as (
  select
    u.published,
    count(distinct u.source_id) as sources,
    count(distinct u.publisher) as publishers,
    count(distinct u.upstream_id) as upstreams,
    count(*) as reports
  from report_upstreams u
  group by u.published
)
select
  d.day,
  coalesce(t.sources, 0) as sources,
  coalesce(t.publishers, 0) as publishers,
  coalesce(t.upstreams, 0) as upstreams,
  coalesce(t.reports, 0) as reports,
  (select sum(a.ongoing)::bigint from daily_activity a where a.day = d.day) as events
from covered_days d
left join texts t on t.published = d.day
order by d.day
