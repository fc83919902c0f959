-- group: Evidence and disagreement
-- title: Which events are contested or discounted, and why?
-- reading: contested means that reports compete on whether it happened, who did it or who holds the
--   place; different days alone do not. discounted means that a better placed report shows it to be
--   false. The note says which reports decide.
select
  c.event_id,
  c.title,
  c.start_date,
  c.evidence,
  c.supporting_reports as supports,
  c.denials + c.contradictions as against,
  c.upstream_names as supported_by,
  e.note
from corroboration c
join events e on e.event_id = c.event_id
where c.evidence in ('contested', 'discounted')
order by c.evidence, c.start_date, c.event_id
