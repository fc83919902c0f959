-- title: Who held which place on each day
-- row: A place with a recorded change or description of control, and a day of the period that the package
--   covers.
-- caveats: Read from control_ledger, with its decisions, as of the evening of the day. Lists all
--   who held the place or may have held it, identifiers and names in the same order; both are empty
--   where the record says nothing, as after a loss to nobody named. sure is true if each of them
--   held it, or a part of it, for sure by the dates; evidence lists the grades of the events behind
--   it.
-- column place_name: Name of the place; empty if it has none in locations.
-- column day: A day of the period.
-- column controller_ids: All who held the place, or may have held it, on the evening of the day.
-- column controllers: Their names, in the same order.
-- column sure: Whether each of them held it, or a part, for sure by the dates.
-- column evidence: Grades of the events behind it.
-- column event_ids: The events behind it.
with held as (
  select
    d.day,
    c.location_id,
    c.controller_id,
    coalesce(min(c.controller_name), c.controller_id) as controller,
    bool_or(
      (c.basis = 'before' or coalesce(c.from_latest <= d.day, false))
      and (c.basis = 'described' or coalesce(d.day < c.to_earliest, true))
    ) as sure,
    list(c.event_id) as event_ids,
    list(c.evidence) as evidence
  from control_ledger c
  join covered_days d
    on coalesce(c.from_day <= d.day, true)
    and case c.basis
      when 'described' then d.day <= c.to_day
      else coalesce(d.day < c.to_day, true)
    end
  group by d.day, c.location_id, c.controller_id
),
days as (
  select
    h.day,
    h.location_id,
    list(h.controller_id order by h.controller_id) as controller_ids,
    string_agg(h.controller, '; ' order by h.controller_id) as controllers,
    bool_and(h.sure) as sure,
    list_sort(list_distinct(flatten(list(h.evidence)))) as evidence,
    list_sort(list_distinct(flatten(list(h.event_ids)))) as event_ids
  from held h
  group by h.day, h.location_id
),
places as (
  select distinct c.location_id, c.place_name
  from control_ledger c
)
select
  p.location_id,
  p.place_name,
  d.day,
  y.controller_ids,
  y.controllers,
  y.sure,
  array_to_string(y.evidence, ', ') as evidence,
  y.event_ids
from places p
cross join covered_days d
left join days y on y.location_id = p.location_id and y.day = d.day
order by p.location_id, d.day
