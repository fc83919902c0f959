-- group: Control
-- title: How fast did each front come nearer to a goal?
-- reading: A front is here the row of places that one actor captured, each nearer to the goal (as
--   the crow flies) than all that it captured before; captures at its side or behind it are left
--   out. km_nearer is how much nearer than the capture before, km_per_day_low and km_per_day_high
--   the speed if the dates are as far apart, or as close, as the record allows; a cell is empty
--   where no day lies between them. The figure is rough. Distances are not roads, the day of a capture is
--   not the day on which the front passed, and a place that is not recorded, or has no coordinates,
--   lengthens the step beside it. With few places for a front it is an order of magnitude.
-- parameters: goal = damascus
with captures as (
  select
    unnest(e.gainer_ids) as actor_id,
    e.event_id,
    e.place_name,
    e.start_date,
    e.end_date,
    n.distance_km as km_to_goal
  from events_near(
    (select p.lat from locations p where p.location_id = $goal),
    (select p.lon from locations p where p.location_id = $goal),
    20040
  ) n
  join events_wide e on e.event_id = n.event_id
  where e.event_subtype = 'capture'
    and e.location_precision <= 2
    and not coalesce(e.planned, false)
    and e.evidence <> 'discounted'
),
ordered as (
  select
    c.*,
    min(c.km_to_goal) over (
      partition by c.actor_id
      order by c.end_date, c.start_date, c.km_to_goal desc, c.event_id
      rows between unbounded preceding and 1 preceding
    ) as nearest_before
  from captures c
),
steps as (
  select
    o.*,
    o.nearest_before - o.km_to_goal as km_nearer,
    lag(o.start_date) over front as start_before,
    lag(o.end_date) over front as end_before
  from ordered o
  where coalesce(o.km_to_goal < o.nearest_before, true)
  window front as (
    partition by o.actor_id order by o.end_date, o.start_date, o.km_to_goal desc, o.event_id
  )
)
select
  n.name as front,
  s.place_name,
  s.start_date,
  s.end_date,
  round(s.km_to_goal, 0)::integer as km_to_goal,
  round(s.km_nearer, 0)::integer as km_nearer,
  round(s.km_nearer / nullif(s.end_date - s.start_before, 0), 0)::integer as km_per_day_low,
  round(s.km_nearer / nullif(greatest(s.start_date - s.end_before, 0), 0), 0)::integer
    as km_per_day_high
from steps s
join actors n on n.actor_id = s.actor_id
order by s.actor_id, s.end_date, s.start_date, s.km_to_goal desc, s.event_id
