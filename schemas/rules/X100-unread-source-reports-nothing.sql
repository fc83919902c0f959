-- title: A source that was not read reports nothing
-- severity: error
-- what: Looks up the source of each report; its text_seen must not be none.
-- why: What another page says that a page says is that other page's report.
-- bad: report from a source with text_seen none
-- good: report from a source with text_seen excerpt
-- hint: Read the source and record it, or give the page that was read as source and the other as
--   upstream.
select
  'reports' as table_name,
  r.report_id as key,
  'source_id' as column_name,
  r.source_id as value,
  format('{} was not read (text_seen is none)', r.source_id) as message
from reports r
join sources s on s.source_id = r.source_id
where s.text_seen = 'none'
