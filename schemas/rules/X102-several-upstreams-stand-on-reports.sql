-- title: A source of several upstreams has them on its reports
-- severity: error
-- what: Finds sources with upstream_basis several none of whose reports gives an upstream.
-- why: Independence is counted by upstream; a source that has several counts by what its reports say.
-- bad: upstream_basis several, one report without upstream_id
-- good: upstream_basis several, one report with upstream_id afp
-- hint: Enter upstream_id on the reports whose claims have one, or set upstream_basis to unknown.
select
  'sources' as table_name,
  s.source_id as key,
  'upstream_basis' as column_name,
  s.upstream_basis as value,
  format('none of the {} reports of {} gives an upstream', count(*), s.source_id) as message
from sources s
join reports r on r.source_id = s.source_id
where s.upstream_basis = 'several'
group by s.source_id, s.upstream_basis
having count(r.upstream_id) = 0
