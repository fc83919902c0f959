-- title: Days
-- row: An event.
-- caveats: None.
select n.event_id from nights n
