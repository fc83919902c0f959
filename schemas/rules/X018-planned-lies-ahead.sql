-- title: A planned event is not over before it is reported
-- severity: warning
-- what: Finds planned events whose end lies before the publication of every report of them.
-- why: What is over when it is first reported is not announced or expected: it is recorded as
--   having happened.
-- bad: planned true, end_date 2024-12-01, all reports published from 2024-12-03 on
-- good: planned true, end_date 2024-12-10, reported on 2024-12-07
-- hint: Set planned to false, or mend the dates.
select
  'events' as table_name,
  e.event_id as key,
  'planned' as column_name,
  'true' as value,
  format(
    'planned, yet it ended on {} and its first report, {}, was published on {}',
    e.end_date, arg_min(s.source_id, (s.published, s.source_id)), min(s.published)
  ) as message
from events e
join reports r on r.event_id = e.event_id
join sources s on s.source_id = r.source_id
where e.planned
group by e.event_id, e.end_date
having count(*) = count(s.published)
  and min(s.published) > e.end_date
