-- title: Events
-- show: records
-- table: events
-- noun: event, events
-- column dates: Dates
-- column place: Place
-- column kind: Type
-- column deaths: Deaths
-- column marks: Marks
-- column summary: Summary
select
  e.event_id as key,
  e.title,
  strftime(e.start_date, '%-d %B %Y') || case
    when e.end_date <> e.start_date then ' to ' || strftime(e.end_date, '%-d %B %Y')
    else ''
  end as dates,
  coalesce(l.name, e.location_id) || coalesce(
    ' (' || lower(p.title) || ')', ''
  ) as place,
  coalesce(t.title, e.event_type) || ': ' || coalesce(s.title, e.event_subtype) as kind,
  case
    when e.killed_low is not null then
      case
        when e.killed_low = e.killed_high then e.killed_low::varchar
        else concat(e.killed_low, ' to ', e.killed_high)
      end || coalesce(', best ' || e.killed_best, '')
    else e.killed_words
  end as deaths,
  concat_ws(
    ', ',
    case when e.unit <> 'event' then coalesce(lower(u.title), e.unit) end,
    case when e.planned then 'planned' end,
    case when e.unopposed then 'unopposed' end,
    case when e.scope <> 'window' then coalesce(lower(o.title), e.scope) end
  ) as marks,
  e.summary
from events e
left join locations l on l.location_id = e.location_id
left join codelists.location_precision p on p.code = e.location_precision::varchar
left join codelists.event_type t on t.code = e.event_type
left join codelists.event_subtype s on s.code = e.event_subtype
left join codelists.unit u on u.code = e.unit
left join codelists.scope o on o.code = e.scope
