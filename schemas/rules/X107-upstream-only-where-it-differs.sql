-- title: A report repeats no upstream
-- severity: info
-- what: Finds reports whose upstream_id is that of their source.
-- why: The cell is for the exception; where it repeats the source, a correction of the source
--   leaves it behind.
-- bad: report upstream_id afp, source upstream_id afp
-- good: report upstream_id empty, source upstream_id afp
-- hint: Clear the report's upstream_id.
select
  'reports' as table_name,
  r.report_id as key,
  'upstream_id' as column_name,
  r.upstream_id as value,
  format('{} is already the upstream of {}', r.upstream_id, s.source_id) as message
from reports r
join sources s on s.source_id = r.source_id
join actors n on n.actor_id = r.upstream_id
where r.upstream_id = s.upstream_id
  and n.kind not in ('population', 'political_class', 'unnamed_person')
