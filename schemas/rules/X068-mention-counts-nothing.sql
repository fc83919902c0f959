-- title: A mention gives no number
-- severity: error
-- what: Finds rows of report_counts that belong to a report with the stance mentions.
-- why: A mention takes no side; if it counts the dead, it claims that they died and must count as a
--   claim.
-- bad: stance mentions with 12 killed
-- good: stance supports with 12 killed
-- hint: Set the report's stance to supports, contradicts or denies, or remove its numbers.
select
  'reports' as table_name,
  r.report_id as key,
  'stance' as column_name,
  r.stance as value,
  format('a mention that gives numbers: {}', string_agg(c.measure, ', ' order by c.measure))
    as message
from reports r
join report_counts c on c.report_id = r.report_id
where r.stance = 'mentions'
group by r.report_id, r.stance
