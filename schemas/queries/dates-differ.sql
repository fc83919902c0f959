-- group: Evidence and disagreement
-- title: Where do sources give different days for one event?
-- reading: versions are the days that are named, made_by who names each, in the same order.
--   days_apart is between the first and the last of them. The event keeps the whole range; words
--   that name no single day ("last week") are in date_words of the reports and not counted here.
select
  d.event_id,
  d.event_title,
  d.versions,
  d.made_by,
  list_max(d.versions)::date - list_min(d.versions)::date as days_apart,
  e.start_date,
  e.end_date
from disagreements d
join events e on e.event_id = d.event_id
where d.kind = 'date'
order by days_apart desc, d.event_id
