-- group: Course of events
-- title: What happened on a day, or may have happened?
-- reading: Where exact is false the dates leave further days open. States of affairs and what was
--   only planned are left out, discounted events are shown as such.
-- parameters: day = 2024-12-06
select
  o.event_id,
  o.title,
  o.place_name,
  o.exact,
  o.start_date,
  o.end_date,
  o.evidence
from events_on($day) o
where o.unit = 'event'
  and not coalesce(o.planned, false)
order by o.exact desc, o.start_date, o.event_id
