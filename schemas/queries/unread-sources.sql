-- group: Sources
-- title: Which cited pages has nobody read yet, and who cites them?
-- reading: Nothing in the record rests on them. Where a cited page can be read, its reports may
--   change grades.
select
  s.source_id,
  s.publisher,
  s.published,
  s.title,
  string_agg(c.source_id, '; ' order by c.source_id) as cited_by,
  s.url
from sources s
left join source_citations c on c.cited_source_id = s.source_id
where s.text_seen = 'none'
group by s.source_id, s.publisher, s.published, s.title, s.url
order by s.published nulls last, s.source_id
