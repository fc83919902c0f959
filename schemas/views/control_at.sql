-- title: Who held a place on the evening of a day
-- parameters: place, day
-- row: A spell of control of the place (its location_id) that includes the day, or may include it.
-- caveats: Reads control_ledger, with its decisions; sure tells whether the dates leave it open. No
--   row means that the record says nothing of this place on this day. Of the days before and after
--   the period that the package covers the ledger knows nothing, and there is no row.
-- column place_name: Name of the place; empty if it has none in locations.
-- column controller_id: The actor who held the place.
-- column controller_name: Name of controller_id.
-- column extent: Whether it held the whole place or a part: whole or part.
-- column basis: How it is known: gained, claimed, before or described.
-- column from_day: Earliest day of the beginning; empty if it is not known.
-- column from_latest: Latest day of the beginning; empty if it is not known, or if the gain is
--   contested.
-- column to_earliest: Earliest day of the end; empty if none is recorded.
-- column to_day: Latest day of the end; empty if it lasted, or may have lasted, to the end of the
--   record.
-- column event_id: The event that shows it: the gain, the description, or for before the loss.
-- column event_title: Title of the event.
-- column sure: Whether it includes the day for sure.
select
  c.location_id,
  c.place_name,
  c.controller_id,
  c.controller_name,
  c.extent,
  c.basis,
  (c.basis = 'before' or coalesce(c.from_latest <= d.day, false))
    and (c.basis = 'described' or coalesce(d.day < c.to_earliest, true)) as sure,
  c.from_day,
  c.from_latest,
  c.to_earliest,
  c.to_day,
  c.event_id,
  c.event_title,
  c.evidence
from control_ledger c
join covered_days d on d.day = cast(day as date)
where c.location_id = place
  and coalesce(c.from_day <= d.day, true)
  and case c.basis
    when 'described' then d.day <= c.to_day
    else coalesce(d.day < c.to_day, true)
  end
order by c.from_day nulls first, c.controller_id, c.event_id
