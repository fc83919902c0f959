-- title: A supporting claim dates the event within its range
-- severity: error
-- what: Compares the claimed_date of each supporting report with the start and end of its event.
-- why: The range is what all supporting claims leave possible; a claim outside it contradicts the
--   event.
-- bad: event 2024-12-05 to 2024-12-05, supporting claim for 2024-12-06
-- good: event 2024-12-05 to 2024-12-06, supporting claim for 2024-12-06
-- hint: Widen the event's range, or set the report's stance to contradicts and grade the event as
--   contested.
select
  'reports' as table_name,
  r.report_id as key,
  'claimed_date' as column_name,
  r.claimed_date::varchar as value,
  format(
    'the claim supports {} but dates it to {}; the event runs from {} to {}',
    e.event_id, r.claimed_date, e.start_date, e.end_date
  ) as message
from reports r
join events e on e.event_id = r.event_id
join sources s on s.source_id = r.source_id
where r.stance = 'supports'
  and e.start_date <= e.end_date
  and r.claimed_date not between e.start_date and e.end_date
  and (
    e.planned
    or s.published is null
    or (r.claimed_date <= s.published and e.start_date <= s.published)
  )
