-- Who held each place from one day to another: the days of control_by_day, joined where nothing
-- changes.
with days as (
  select
    location_id, day, controller_ids, sure, event_ids,
    controller_ids is not distinct from lag(controller_ids) over place
      and sure is not distinct from lag(sure) over place
      and event_ids is not distinct from lag(event_ids) over place as same
  from control_by_day
  window place as (partition by location_id order by day)
),
runs as (
  select *, count(*) filter (same is not true) over (partition by location_id order by day) as run
  from days
)
select
  location_id, min(day) as first_day, max(day) as last_day, any_value(controller_ids) as controller_ids,
  any_value(sure) as sure, any_value(event_ids) as event_ids
from runs
group by location_id, run
order by location_id, first_day
