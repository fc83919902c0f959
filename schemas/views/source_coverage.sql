-- title: Which kinds of sources tell of the events, by day
-- row: A day of publication, a kind of source and a kind of upstream.
-- caveats: source_kind is that of the text; upstream_kind is that of the actor from whom the
--   content comes (a newsroom or agency is media), empty if unknown. day is empty for undated
--   sources. An event told of by two kinds of sources counts in both rows, so events cannot be
--   added up. Most texts are coded in part: what is not here was not necessarily not reported.
-- column day: Day of publication.
-- column source_kind: Kind of the sources.
-- column upstream_kind: Kind of the actors from whom the content comes.
-- column sources: Number of sources.
-- column publishers: Number of publishers.
-- column reports: Number of reports.
-- column events: Number of events that they speak of.
select
  r.published as day,
  r.source_kind,
  r.upstream_kind,
  count(distinct r.source_id) as sources,
  count(distinct r.publisher) as publishers,
  count(*) as reports,
  count(distinct r.event_id) as events
from report_upstreams r
group by r.published, r.source_kind, r.upstream_kind
