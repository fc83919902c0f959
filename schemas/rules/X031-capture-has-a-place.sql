-- title: A capture takes place at a definite place
-- severity: error
-- what: A capture has a location below the level of the district and a location_precision of 1 or
--   2.
-- why: The ledger of control is kept by place; an area changes hands by parts, which
--   partial_control records.
-- bad: capture at daraa-governorate, location_precision 4
-- good: capture at daraa, location_precision 1
-- hint: Name the place that was taken, or record partial control of the area.
select
  'events' as table_name,
  e.event_id as key,
  case
    when e.location_id is null or k.precision::bigint > 2 then 'location_id'
    else 'location_precision'
  end as column_name,
  case
    when e.location_id is null or k.precision::bigint > 2 then e.location_id
    else e.location_precision::varchar
  end as value,
  case
    when e.location_id is null then 'the capture has no location'
    when k.precision::bigint > 2
      then format('a capture needs a definite place; {} is of kind {}', l.location_id, l.kind)
    else format(
      'a capture needs a precision of 1 or 2; at {} it is {}', l.location_id, e.location_precision
    )
  end as message
from events e
left join locations l on l.location_id = e.location_id
left join codelists.location_kind k on k.code = l.kind
where e.event_subtype = 'capture'
  and (
    (e.location_id is null and e.location_precision is null)
    or (
      l.location_id is not null
      and (k.precision::bigint > 2 or e.location_precision > 2)
    )
  )
