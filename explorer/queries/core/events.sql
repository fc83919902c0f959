select
  event_id, title, summary, start_date, end_date, date_precision, event_type, event_subtype, unit,
  scope, planned, evidence, location_id, location_precision, governorate_id, reports, upstreams,
  quotes
from events_wide
order by start_date, end_date, event_id
