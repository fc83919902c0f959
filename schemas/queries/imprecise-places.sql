-- group: Method
-- title: Which events cannot be put on a map to within a town?
-- reading: why is no place where none is known, no coordinates where the place has none, and vague
--   where the place is known only to a district or more. On a map the last ones would stand at the
--   centre of a large area, so leave them out of anything that counts distances.
select
  case
    when e.location_id is null then 'no place'
    when e.location_precision > 2 then 'vague'
    else 'no coordinates'
  end as why,
  e.event_id,
  e.place_name,
  e.place_kind,
  p.title as precision,
  e.start_date,
  e.end_date
from events_wide e
left join codelists.location_precision p on p.code = cast(e.location_precision as varchar)
where e.unit = 'event'
  and e.scope = 'window'
  and not coalesce(e.planned, false)
  and (e.location_precision is null or e.location_precision > 2 or e.lat is null)
order by why, e.start_date, e.event_id
