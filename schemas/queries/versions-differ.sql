-- group: Evidence and disagreement
-- title: In what else do reports of one event differ: holder, number, or whether it happened?
-- reading: One row for each event and matter. versions and made_by stand in the same order. Nothing
--   is settled here: different holders may both have taken part, and different numbers may count
--   different things.
select
  d.event_id,
  d.event_title,
  d.kind,
  d.measure,
  d.versions,
  d.made_by,
  d.evidence
from disagreements d
where d.kind <> 'date'
order by d.kind, d.event_id, d.measure nulls first
