-- title: Days
-- row: An event.
-- caveats: None.
select d.event_id from days d
