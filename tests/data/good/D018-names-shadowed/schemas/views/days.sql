-- title: Days
-- row: An event.
-- caveats: None.
with nights as (select e.event_id from events e) select n.event_id from nights n
