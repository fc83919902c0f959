-- group: Course of events
-- title: What was planned, expected or announced?
-- reading: kind planned is what is not recorded as having happened; if it happened later, that is
--   an event of its own. kind announced is the act of announcing. The dates are those for which the
--   expectation is reported, or on which the words were spoken.
select
  case when e.planned then 'planned' else 'announced' end as kind,
  e.start_date,
  e.end_date,
  e.event_id,
  e.title,
  coalesce(e.speakers, e.initiators) as by_whom,
  e.evidence
from events_wide e
where e.planned
  or e.event_subtype in ('announced_withdrawal', 'declaration')
order by kind desc, e.start_date, e.event_id
