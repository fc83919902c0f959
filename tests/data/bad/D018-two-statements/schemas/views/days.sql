-- title: Days
-- row: An event.
-- caveats: None.
select event_id from events;
select start from events
