-- title: A running total counts up to no later day than its source
-- severity: error
-- what: Compares as_of with the day on which the report's source was published.
-- why: A text cannot count what had not happened when it appeared.
-- bad: as_of 2024-12-08 from a page published on 2024-12-05
-- good: as_of 2024-12-05 from a page published on 2024-12-05
-- hint: Mend as_of or the source's published.
select
  'report_counts' as table_name,
  c._key as key,
  'as_of' as column_name,
  c.as_of::varchar as value,
  format('counts up to {}, but {} was published on {}', c.as_of, s.source_id, s.published)
    as message
from report_counts c
join reports r on r.report_id = c.report_id
join sources s on s.source_id = r.source_id
where c.as_of > s.published
  and c.cumulative
