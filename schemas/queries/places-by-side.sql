-- group: Control
-- title: How many recorded places did each side hold on each day?
-- reading: Counts places no larger than a town with its surroundings, and only those of which some
--   change is recorded, so it shows how control moved and not who held how much of the country. A
--   place that two sides held or may have held counts for both in places; sure counts those that
--   one side alone held, without doubt about the day.
with held as (
  select
    c.day,
    c.location_id,
    c.sure,
    len(c.controller_ids) as controllers,
    unnest(c.controller_ids) as controller_id
  from control_by_day c
  join locations l on l.location_id = c.location_id
  join codelists.location_kind k on k.code = l.kind
  where cast(k.precision as integer) <= 2
)
select
  h.day,
  n.camp,
  count(distinct h.location_id) as places,
  count(distinct h.location_id) filter (h.sure and h.controllers = 1) as sure
from held h
join actors n on n.actor_id = h.controller_id
group by h.day, n.camp
order by h.day, n.camp
