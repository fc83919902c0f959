-- title: An event does not begin after a text that reports it
-- severity: error
-- what: Compares the start of each event that is not planned with the day of publication of the
--   sources that support it, and names the earliest.
-- why: A text cannot report what has not happened yet: a date is wrong, or the event was only
--   expected.
-- bad: start_date 2024-12-06, supported by a page published on 2024-12-05
-- good: start_date 2024-12-05, supported by a page published on 2024-12-05
-- hint: Mend the date of the event or of the source (a page dated by a clock far west of Damascus
--   may carry the day before: give the day in Damascus and say so in its note), or set planned to
--   true.
select
  'events' as table_name,
  e.event_id as key,
  'start_date' as column_name,
  e.start_date::varchar as value,
  format(
    'the event begins on {}, but {} reports it and was published on {}',
    e.start_date, arg_min(s.source_id, (s.published, s.source_id)), min(s.published)
  ) as message
from events e
join reports r on r.event_id = e.event_id and r.stance = 'supports'
join sources s on s.source_id = r.source_id
where not e.planned
  and s.published < e.start_date
group by e.event_id, e.start_date
