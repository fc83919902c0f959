-- title: An event has a report
-- severity: error
-- what: Looks for the reports of each event.
-- why: Every row must be traceable to a text that was read.
-- bad: event without a row in reports
-- good: event with a row in reports
-- hint: Enter a report for each source that speaks of the event, or remove the event.
select
  'events' as table_name,
  e.event_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format('no report speaks of {}', e.event_id) as message
from events e
where not exists (
    from reports r
    where r.event_id = e.event_id
  )
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
