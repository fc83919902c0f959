-- title: Days
-- row: An event.
-- caveats: None.
with found as (select o.event_id, o.day from on_day(date '2024-12-07') o)
select * from found where exists (from events e where e.event_id = found.event_id)
