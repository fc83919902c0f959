-- group: Actors and words
-- title: Which statements, denials and calls were made in public, and by whom?
-- reading: Events of the type statement: the speaking itself, not what was claimed in it. Where a
--   range of days is given, the words may have been spoken on any of them.
select
  e.start_date,
  e.end_date,
  e.event_subtype,
  e.speakers,
  e.targets as addressed_to,
  e.title,
  e.quotes,
  e.evidence
from events_wide e
where e.event_type = 'statement'
order by e.start_date, e.end_date, e.event_id
