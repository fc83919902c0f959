-- group: Sources
-- title: Which publishers carry the content of which upstream?
-- reading: One row for each pair. Ten publishers that carry one agency are one voice;
--   own_newsroom is true where the upstream is the publisher itself. Reports without a known
--   upstream have an empty cell there and count for no independence.
select
  u.publisher,
  u.upstream_name,
  u.upstream_kind,
  u.publisher = u.upstream_name as own_newsroom,
  count(distinct u.source_id) as sources,
  count(*) as reports,
  count(distinct u.event_id) as events
from report_upstreams u
group by u.publisher, u.upstream_id, u.upstream_name, u.upstream_kind
order by u.publisher, reports desc, u.upstream_id nulls last
