-- group: Control
-- title: How often did each place change hands?
-- reading: Counts gains of the whole place or of a part of it, by those named in gainers, in the
--   order of days. A part that was taken first and the whole later by the same actor are two gains
--   and one change of hands; hands counts how often the gainer was another than before.
with gains as (
  select
    c.location_id,
    c.place_name,
    c.controller_id,
    c.controller_name,
    e.start_date,
    e.end_date,
    c.event_id,
    lag(c.controller_id) over (
      partition by c.location_id
      order by e.end_date, e.start_date, c.event_id, c.controller_id
    ) as before
  from control_ledger c
  join events e on e.event_id = c.event_id
  where c.basis = 'gained'
)
select
  g.location_id,
  g.place_name,
  count(*) filter (g.before is distinct from g.controller_id) as hands,
  count(*) as gains,
  string_agg(
    g.controller_name, ', then ' order by g.end_date, g.start_date, g.event_id, g.controller_id
  ) filter (g.before is distinct from g.controller_id) as gainers,
  min(g.start_date) as first_day,
  max(g.end_date) as last_day
from gains g
group by g.location_id, g.place_name
order by hands desc, gains desc, g.location_id
