-- title: The range of deaths is no wider than the claims
-- severity: warning
-- what: Compares killed_low with the lowest and killed_high with the highest number that any report
--   of the event gives, parts (civilians and combatants) and their sums included.
-- why: The ends of the range are the lowest and the highest claim; anything beyond them is an
--   estimate of our own.
-- bad: killed_low 1, killed_high 8, reports count 4 and 8
-- good: killed_low 4, killed_high 8, reports count 4 and 8
-- hint: Set the ends to the lowest and the highest claim, or enter the report that is missing.
with per_report as (
  select
    r.event_id,
    min(c.low) as low,
    greatest(
      coalesce(max(c.high) filter (c.measure = 'killed'), 0),
      coalesce(sum(c.high) filter (c.measure <> 'killed'), 0)
    ) as high,
    bool_and(coalesce(c.low <= c.high, c.low is null and c.high is null)) as sound
  from report_counts c
  join reports r on r.report_id = c.report_id
  where c.measure in ('killed', 'killed_civilians', 'killed_combatants')
  group by r.event_id, r.report_id
),
claims as (
  select event_id, min(low) as low, max(high) as high
  from per_report
  group by event_id
  having bool_and(sound)
)
select
  'events' as table_name,
  e.event_id as key,
  case when e.killed_high > c.high then 'killed_high' else 'killed_low' end as column_name,
  case when e.killed_high > c.high then e.killed_high else e.killed_low end::varchar as value,
  format(
    'the event has {} to {} killed, but its reports count {} to {}',
    e.killed_low, e.killed_high, c.low, c.high
  ) as message
from events e
join claims c on c.event_id = e.event_id
where not e.planned
  and e.killed_low <= e.killed_high
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from report_counts k
    anti join reports x on x.report_id = k.report_id
  )
  and (
    e.killed_high > c.high
    or (e.killed_low < c.low and e.killed_low > 0)
  )
