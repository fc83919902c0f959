-- title: A day rests on a dated report
-- severity: warning
-- what: Finds events of the window and the aftermath that are known to the day, though no report
--   that supports them names a day (claimed_date) or a time (date_words). Left out are states of
--   affairs, plans, statements, diplomacy and what is discounted.
-- why: The day on which something was announced or printed is the last possible one, not the day
--   on which it happened.
-- bad: start and end 2024-12-04, its one report has neither claimed_date nor date_words
-- good: start and end 2024-12-04, a report claims 2024-12-04
-- hint: Enter the day or the words that the source has for it; if it has none, widen the range.
select
  'events' as table_name,
  e.event_id as key,
  'start_date' as column_name,
  e.start_date::varchar as value,
  format(
    'the event is dated to {}, but none of the {} reports that support it says when it happened',
    e.start_date, count(*)
  ) as message
from events e
join reports r on r.event_id = e.event_id and r.stance = 'supports'
where e.start_date = e.end_date
  and e.unit = 'event'
  and not e.planned
  and e.scope in ('window', 'aftermath')
  and e.evidence <> 'discounted'
  and e.event_type not in ('statement', 'diplomacy')
group by e.event_id, e.start_date
having count(r.claimed_date) = 0
  and count(r.date_words) = 0
