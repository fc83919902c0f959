-- title: Evidence
-- show: measures
-- table: events
-- column grade: Evidence
-- column upstreams: Independent upstreams
-- column stated_upstreams: Upstreams not only inferred
-- column supporting_reports: Supporting reports
-- column contradictions: Contradicting reports
-- column denials: Denials
-- stronger grade: Discounted, Contested, Weak, Fair, Confirmed
-- stronger upstreams: more
-- stronger stated_upstreams: more
-- stronger contradictions: fewer
-- stronger denials: fewer
select
  c.event_id as key,
  c.title,
  coalesce(g.title, c.evidence) as grade,
  c.upstreams,
  c.stated_upstreams,
  c.supporting_reports,
  c.contradictions,
  c.denials
from corroboration c
left join codelists.evidence g on g.code = c.evidence
