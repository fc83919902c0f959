-- title: An event of the window or the aftermath is reported within three days
-- severity: warning
-- what: Compares the end of each event of the window and the aftermath with the first publication
--   among the sources that support it. Planned events and events with an undated source are left
--   out.
-- why: What nobody reported for days is often a misdated event, or a later retelling taken for
--   news.
-- bad: end_date 2024-11-28, first supporting page published on 2024-12-05
-- good: end_date 2024-11-28, first supporting page published on 2024-12-01
-- hint: Look for an earlier report, check the dates, or explain the delay in a waiver.
select
  'events' as table_name,
  e.event_id as key,
  'end_date' as column_name,
  e.end_date::varchar as value,
  format(
    'the first report, {}, was published on {}, {} days after the event ended on {}',
    arg_min(s.source_id, (s.published, s.source_id)), min(s.published),
    date_diff('day', e.end_date, min(s.published)), e.end_date
  ) as message
from events e
join reports r on r.event_id = e.event_id and r.stance = 'supports'
join sources s on s.source_id = r.source_id
where not e.planned
  and e.scope in ('window', 'aftermath')
group by e.event_id, e.end_date
having count(*) = count(s.published)
  and min(s.published) > e.end_date + 3
