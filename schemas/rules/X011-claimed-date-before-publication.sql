-- title: A claim does not date an event after its own publication
-- severity: error
-- what: Compares claimed_date with the day on which the source was published, for events that are
--   not planned.
-- why: A text that puts a past event after its own day has been misread or misdated.
-- bad: claimed_date 2024-12-06 from a page published on 2024-12-05
-- good: claimed_date 2024-12-05 from a page published on 2024-12-05
-- hint: Mend claimed_date or the source's published, or set the event's planned to true.
select
  'reports' as table_name,
  r.report_id as key,
  'claimed_date' as column_name,
  r.claimed_date::varchar as value,
  format(
    'the claim dates {} to {}, but {} was published on {}',
    e.event_id, r.claimed_date, s.source_id, s.published
  ) as message
from reports r
join events e on e.event_id = r.event_id
join sources s on s.source_id = r.source_id
where not e.planned
  and r.claimed_date > s.published
  and (r.stance <> 'supports' or e.start_date <= s.published)
