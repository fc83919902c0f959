-- title: Days
-- row: An event.
-- caveats: None.
select d.event_id from on_day('2024-12-05') d
