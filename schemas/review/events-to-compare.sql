-- title: Do the reports bear it out?
-- show: checklist
select
  e.event_id as key,
  e.title as item,
  null::varchar as url,
  concat_ws(
    ', ',
    strftime(e.start_date, '%-d %B %Y') || case
      when e.end_date <> e.start_date then ' to ' || strftime(e.end_date, '%-d %B %Y')
      else ''
    end,
    coalesce(l.name, e.location_id),
    coalesce(s.title, e.event_subtype),
    coalesce(lower(g.title), e.evidence)
  ) as why
from events e
left join locations l on l.location_id = e.location_id
left join codelists.event_subtype s on s.code = e.event_subtype
left join codelists.evidence g on g.code = e.evidence
