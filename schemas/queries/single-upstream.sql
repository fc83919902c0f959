-- group: Evidence and disagreement
-- title: Which events rest on one upstream only?
-- reading: However many texts tell it, all go back to one newsroom, agency, monitor or state
--   medium, and if that one erred, so does the record. reports counts the texts and voices;
--   states of affairs and planned events are left out.
select
  c.event_id,
  c.title,
  c.start_date,
  c.end_date,
  c.upstream_names as upstream,
  c.supporting_reports as reports,
  c.publishers,
  c.evidence
from corroboration c
join events e on e.event_id = c.event_id
where c.upstreams = 1
  and e.unit = 'event'
  and not coalesce(e.planned, false)
order by c.start_date, c.event_id
