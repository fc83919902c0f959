-- group: Control
-- title: Which places changed hands, in the order of days?
-- reading: One row for each recorded change. The dates bound the day of it. Without a gainer it is
--   recorded only that the place was lost or left, without a loser only that it was gained. A town
--   and the area around it are changes of their own.
select
  e.start_date,
  e.end_date,
  e.place_name,
  e.event_subtype,
  e.losers,
  e.gainers,
  e.evidence,
  e.upstreams
from events_wide e
where e.event_type = 'control'
  and e.unit = 'event'
  and not coalesce(e.planned, false)
order by e.start_date, e.end_date, e.event_id
