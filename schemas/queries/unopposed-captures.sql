-- group: Control
-- title: Which places were taken or left without a fight?
-- reading: fight is no where a source says that there was none, yes where one says that there was
--   one, and unknown where sources do not say or do not agree. unknown must not be read as no.
select
  case e.unopposed when true then 'no' when false then 'yes' else 'unknown' end as fight,
  e.start_date,
  e.end_date,
  e.event_id,
  e.place_name,
  e.event_subtype,
  coalesce(e.gainers, '') as gainers,
  e.evidence
from events_wide e
where e.event_type = 'control'
  and e.unit = 'event'
  and not coalesce(e.planned, false)
  and e.evidence <> 'discounted'
order by fight, e.start_date, e.end_date, e.event_id
