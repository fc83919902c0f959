-- title: Events by day and type
-- row: A day of the period that the package covers and a type of event, also where nothing is
--   recorded.
-- caveats: Counts what happened, not states of affairs, nor what was only planned or is discounted.
--   An event whose dates leave several days open may have happened on any of them: it is in
--   starting on the first and in ongoing on all of them; on_this_day counts those dated to this
--   very day. Few records of a day may mean few coded texts.
-- column day: A day of the period.
-- column event_type: A code of the list event_type.
-- column event_type_title: Title of the type.
-- column starting: Events whose first possible day this is.
-- column on_this_day: Events that are known to be of this very day.
-- column ongoing: Events that can have happened on this day.
select
  d.day,
  t.code as event_type,
  t.title as event_type_title,
  count(e.event_id) filter (e.start_date = d.day) as starting,
  count(e.event_id) filter (e.start_date = d.day and e.end_date = d.day) as on_this_day,
  count(e.event_id) as ongoing
from covered_days d
cross join codelists.event_type t
left join events e
  on e.event_type = t.code
  and d.day between e.start_date and e.end_date
  and e.unit = 'event'
  and not coalesce(e.planned, false)
  and e.evidence is distinct from 'discounted'
group by d.day, t.code, t.title
order by d.day, t.code
