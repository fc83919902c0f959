-- group: Evidence and disagreement
-- title: How long after each event does the first coded report of it appear?
-- reading: days_least and days_most are counted from the last and the first day on which the event
--   can have happened; least is not below 0. A delay can lie in the choice of texts: the record
--   knows when its own sources appeared, not who was first to report. Undated sources are left out.
select
  e.event_id,
  e.title,
  e.start_date,
  e.end_date,
  min(u.published) as first_published,
  arg_min(u.publisher, (u.published, u.report_id)) as first_publisher,
  greatest(min(u.published) - e.end_date, 0) as days_least,
  min(u.published) - e.start_date as days_most
from events e
join report_upstreams u on u.event_id = e.event_id
where e.unit = 'event'
  and e.scope = 'window'
  and not coalesce(e.planned, false)
  and u.stance = 'supports'
  and u.published is not null
group by e.event_id, e.title, e.start_date, e.end_date
order by days_least desc, days_most desc, e.event_id
