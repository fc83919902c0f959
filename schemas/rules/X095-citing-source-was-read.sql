-- title: A source that cites was read
-- severity: error
-- what: Looks up the citing source of each citation; its text_seen must not be none.
-- why: Only who read a page knows what it cites.
-- bad: page with text_seen none cites another page
-- good: page with text_seen full cites another page
-- hint: Record that the page was read, or remove the citation.
select
  'source_citations' as table_name,
  c._key as key,
  'source_id' as column_name,
  c.source_id as value,
  format('{} was not read, yet it is said to cite {}', c.source_id, c.cited_source_id) as message
from source_citations c
join sources s on s.source_id = c.source_id
where s.text_seen = 'none'
