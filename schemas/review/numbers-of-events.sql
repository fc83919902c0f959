-- title: Numbers
-- show: parts
-- table: report_counts
-- of: events
-- noun: number, numbers
select
  n._key as key,
  r.event_id as of,
  concat(
    coalesce(m.title, n.measure),
    ': ',
    case
      when n.low is null and n.high is null then n.words
      when n.low is not distinct from n.high then n.low::varchar
      else concat(coalesce(n.low::varchar, '?'), ' to ', coalesce(n.high::varchar, '?'))
    end,
    case when n.cumulative then ', running total' else '' end,
    ', by ',
    coalesce(s.publisher, r.source_id)
  ) as words
from report_counts n
join reports r on r.report_id = n.report_id
left join sources s on s.source_id = r.source_id
left join codelists.measure m on m.code = n.measure
