-- title: Open the source and compare
-- show: checklist
with told as (
  select
    'report ' || r.report_id as key,
    r.source_id,
    concat(
      coalesce(lower(t.title), r.stance), ' “', coalesce(e.title, r.event_id), '”',
      coalesce(', for ' || strftime(r.claimed_date, '%-d %B %Y'), ''),
      coalesce(', ' || n.numbers, '')
    ) as why
  from reports r
  left join events e on e.event_id = r.event_id
  left join codelists.stance t on t.code = r.stance
  left join (
    select
      c.report_id,
      string_agg(
        concat(
          coalesce(m.title, c.measure), ' ',
          coalesce(c.words, concat(c.low, case when c.high <> c.low then '–' || c.high end))
        ),
        ', ' order by c.measure, c.low, c.high, c.words
      ) as numbers
    from report_counts c
    left join codelists.measure m on m.code = c.measure
    group by c.report_id
  ) n on n.report_id = r.report_id
  union all
  select
    'source ' || s.source_id,
    s.source_id,
    concat_ws(
      ', ',
      'is entered as ' || coalesce(k.title, s.kind),
      'published ' || strftime(s.published, '%-d %B %Y'),
      'upstream ' || coalesce(u.name, s.upstream_id)
    )
  from sources s
  left join actors u on u.actor_id = s.upstream_id
  left join codelists.source_kind k on k.code = s.kind
)
select
  t.key,
  concat(coalesce(s.publisher || ': ', ''), coalesce(s.title, t.source_id)) as item,
  s.url,
  t.why
from told t
left join sources s on s.source_id = t.source_id
