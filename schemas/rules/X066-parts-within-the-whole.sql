-- title: Killed civilians and combatants are no more than the killed
-- severity: error
-- what: Adds up the lower bounds of killed civilians and killed combatants in a report and compares
--   the sum with the upper bound of its killed.
-- why: The parts of a count cannot exceed the whole.
-- bad: killed 5 to 5, killed_civilians 4, killed_combatants 3
-- good: killed 7 to 7, killed_civilians 4, killed_combatants 3
-- hint: Read the numbers again and mend the one that is wrong.
select
  'report_counts' as table_name,
  w._key as key,
  'high' as column_name,
  w.high::varchar as value,
  format(
    'at most {} killed, but at least {} in its parts ({})',
    w.high, sum(p.low), string_agg(p.measure || ' ' || p.low, ', ' order by p.measure)
  ) as message
from report_counts w
join report_counts p
  on p.report_id = w.report_id
  and p.measure in ('killed_civilians', 'killed_combatants')
  and p.cumulative = w.cumulative
  and p.low <= p.high
join reports r on r.report_id = w.report_id
where w.measure = 'killed'
  and w.low <= w.high
group by w._key, w.high
having sum(p.low) > w.high
