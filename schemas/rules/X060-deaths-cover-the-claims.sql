-- title: The range of deaths covers every supporting claim
-- severity: error
-- what: Compares killed_low and killed_high with each number of deaths that a supporting report
--   gives for this event alone. Where a report gives one, the event must give a range.
-- why: The range stands for all that sources claim; a claim outside it has been dropped in silence.
-- bad: killed_low 4, killed_high 8, a supporting report counts 12
-- good: killed_low 4, killed_high 12, reports count 4 and 12
-- hint: Widen the range, or say why not by setting the report's stance to contradicts.
with claims as (
  select
    r.event_id,
    arg_min(r.report_id, (c.low, r.report_id)) as low_id,
    min(c.low) as low,
    arg_max(r.report_id, (c.high, r.report_id)) as high_id,
    max(c.high) as high
  from report_counts c
  join reports r on r.report_id = c.report_id and r.stance = 'supports'
  where c.measure = 'killed'
    and not c.cumulative
    and c.low <= c.high
  group by r.event_id
),
faults as (
  select
    e.event_id,
    case when c.high > e.killed_high then 'killed_high' else 'killed_low' end as fault,
    case when c.high > e.killed_high then e.killed_high else e.killed_low end as given,
    case when c.high > e.killed_high then c.high else c.low end as claimed,
    case when c.high > e.killed_high then c.high_id else c.low_id end as report_id
  from events e
  join claims c on c.event_id = e.event_id
  where not e.planned
    and (
      (e.killed_low is null and e.killed_high is null)
      or (
        e.killed_low <= e.killed_high
        and (c.low < e.killed_low or c.high > e.killed_high)
      )
    )
)
select
  'events' as table_name,
  event_id as key,
  fault as column_name,
  given::varchar as value,
  format(
    '{} is {}, but the supporting report {} counts {} dead',
    fault, coalesce(given::varchar, 'empty'), report_id, claimed
  ) as message
from faults
