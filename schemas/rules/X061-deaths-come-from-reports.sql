-- title: Numbers of deaths come from a report
-- severity: error
-- what: An event with killed_low has a report that counts the killed, or the killed civilians or
--   combatants, in numbers.
-- why: A number without a claim behind it cannot be traced to a text that was read.
-- bad: killed_low 4, killed_high 8, no row in report_counts
-- good: killed_low 4, killed_high 8, reports count 4 and 8
-- hint: Enter the counts of the reports, or clear the numbers.
select
  'events' as table_name,
  e.event_id as key,
  'killed_low' as column_name,
  e.killed_low::varchar as value,
  'the event has numbers of deaths, but none of its reports counts them' as message
from events e
where e.killed_low is not null
  and e.killed_high is not null
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from report_counts k
    anti join reports x on x.report_id = k.report_id
  )
  and not e.planned
  and exists (
    from reports r
    where r.event_id = e.event_id
  )
  and not exists (
    from reports r
    join report_counts c on c.report_id = r.report_id
    where r.event_id = e.event_id
      and c.measure in ('killed', 'killed_civilians', 'killed_combatants')
      and c.low is not null
  )
