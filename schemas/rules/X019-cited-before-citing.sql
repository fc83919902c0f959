-- title: A source cites nothing that was published later
-- severity: warning
-- what: Compares the days of publication of the citing and the cited source. Live pages are left
--   out, since they go on changing.
-- why: A citation points backwards in time; the other way round, a date is wrong or the rows are
--   swapped.
-- bad: page of 2024-12-05 cites a page of 2024-12-07
-- good: page of 2024-12-07 cites a page of 2024-12-05
-- hint: Swap the two sources, or mend the date that is wrong.
select
  'source_citations' as table_name,
  c._key as key,
  'cited_source_id' as column_name,
  c.cited_source_id as value,
  format(
    '{} (published on {}) cites {} (published on {})',
    s.source_id, s.published, o.source_id, o.published
  ) as message
from source_citations c
join sources s on s.source_id = c.source_id
join sources o on o.source_id = c.cited_source_id
where o.published > s.published
  and s.kind <> 'live_page'
  and o.kind <> 'live_page'
