-- group: Control
-- title: Which places were lost or left without a named new holder?
-- reading: The record says who went, not who came; taken_by lists who is recorded as having gained
--   the same place in another event. An empty cell is a gap of the sources that were coded.
select
  e.event_id,
  e.place_name,
  e.event_subtype,
  e.start_date,
  e.end_date,
  e.losers,
  (
    select string_agg(distinct c.controller_name, '; ' order by c.controller_name)
    from control_ledger c
    where c.location_id = e.location_id
      and c.basis = 'gained'
  ) as taken_by,
  e.evidence
from events_wide e
where e.event_type = 'control'
  and not coalesce(e.planned, false)
  and e.evidence <> 'discounted'
  and e.losers is not null
  and e.gainers is null
order by e.start_date, e.event_id
