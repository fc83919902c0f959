-- title: An unread source is cited by one that was read
-- severity: error
-- what: Looks in source_citations for each source with text_seen none.
-- why: Such a row exists only because another text names the page; without the citation nobody
--   knows whence it came.
-- bad: text_seen none, no row in source_citations
-- good: text_seen none, cited by the-national-2024-12-07
-- hint: Enter the citation, read the source, or remove it.
select
  'sources' as table_name,
  s.source_id as key,
  'text_seen' as column_name,
  s.text_seen as value,
  format('{} was not read, and no source cites it', s.source_id) as message
from sources s
where s.text_seen = 'none'
  and not exists (
    from source_citations k
    anti join sources x on x.source_id = k.cited_source_id
  )
  and not exists (
    from source_citations c
    where c.cited_source_id = s.source_id
  )
  and not exists (
    from reports r
    where r.source_id = s.source_id
  )
  and not exists (
    from quotes q
    where q.source_id = s.source_id
  )
