-- title: What supports and what contradicts each event
-- row: An event or state of affairs.
-- caveats: Independence is counted by upstream, over the reports that support the event; an unknown
--   upstream counts for nothing. An upstream that was only inferred is counted here, but not
--   by the grades, which look at stated_upstreams. mentions count neither way.
-- column title: Title of the event.
-- column reports: Number of reports.
-- column supporting_reports: Number of reports that support it.
-- column publishers: Number of publishers of these.
-- column upstreams: Number of known independent upstreams of these.
-- column stated_upstreams: Number of these that are not only inferred, which is what grades count.
-- column upstream_ids: The upstreams; empty if none is known.
-- column upstream_names: Their names, in the order of the alphabet.
-- column without_upstream: Number of supporting reports whose upstream is unknown.
-- column denials: Number of reports that deny it.
-- column contradictions: Number of reports that contradict it.
-- column mentions: Number of reports that take no side.
with told as (
  select
    r.event_id,
    count(*) as reports,
    count(*) filter (r.stance = 'supports') as supporting_reports,
    count(distinct r.publisher) filter (r.stance = 'supports') as publishers,
    count(distinct r.upstream_id) filter (r.stance = 'supports') as upstreams,
    count(distinct r.upstream_id) filter (
      r.stance = 'supports' and r.upstream_basis is distinct from 'inferred'
    ) as stated_upstreams,
    list(distinct r.upstream_id order by r.upstream_id)
      filter (r.stance = 'supports' and r.upstream_id is not null) as upstream_ids,
    string_agg(
      distinct coalesce(r.upstream_name, r.upstream_id), '; '
      order by coalesce(r.upstream_name, r.upstream_id)
    ) filter (r.stance = 'supports') as upstream_names,
    count(*) filter (r.stance = 'supports' and r.upstream_id is null) as without_upstream,
    count(*) filter (r.stance = 'denies') as denials,
    count(*) filter (r.stance = 'contradicts') as contradictions,
    count(*) filter (r.stance = 'mentions') as mentions
  from report_upstreams r
  group by r.event_id
)
select
  e.event_id,
  e.title,
  e.start_date,
  e.end_date,
  e.evidence,
  coalesce(t.reports, 0) as reports,
  coalesce(t.supporting_reports, 0) as supporting_reports,
  coalesce(t.publishers, 0) as publishers,
  coalesce(t.upstreams, 0) as upstreams,
  coalesce(t.stated_upstreams, 0) as stated_upstreams,
  t.upstream_ids,
  t.upstream_names,
  coalesce(t.without_upstream, 0) as without_upstream,
  coalesce(t.denials, 0) as denials,
  coalesce(t.contradictions, 0) as contradictions,
  coalesce(t.mentions, 0) as mentions
from events e
left join told t on t.event_id = e.event_id
