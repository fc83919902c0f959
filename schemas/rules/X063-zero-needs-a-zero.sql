-- title: No deaths are recorded only where a report says so
-- severity: error
-- what: An event whose killed_low is 0 has a supporting report that counts 0 killed.
-- why: Empty is not zero: most texts that give no deaths do not say that there were none.
-- bad: killed_low 0, killed_high 5, reports count 5
-- good: killed_low 0, killed_high 5, reports count 0 and 5
-- hint: Clear the number, or enter the report that says that nobody was killed.
with claims as (
  select
    r.event_id,
    min(c.low) filter (r.stance = 'supports' and c.measure = 'killed' and not c.cumulative)
      as low,
    max(c.high) filter (r.stance = 'supports' and c.measure = 'killed' and not c.cumulative)
      as high
  from report_counts c
  join reports r on r.report_id = c.report_id
  where c.measure in ('killed', 'killed_civilians', 'killed_combatants')
    and c.low is not null
  group by r.event_id
)
select
  'events' as table_name,
  e.event_id as key,
  'killed_low' as column_name,
  '0' as value,
  format(
    'killed_low is 0, but {}',
    case
      when c.low is null then 'no supporting report counts the killed of this event'
      else format('the lowest number that a supporting report gives is {}', c.low)
    end
  ) as message
from events e
join claims c on c.event_id = e.event_id
where e.killed_low = 0
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from report_counts k
    anti join reports x on x.report_id = k.report_id
  )
  and not e.planned
  and coalesce(c.low, 1) > 0
  and coalesce(c.high, 0) <= e.killed_high
