-- title: Days
-- parameters: a day
-- row: An event.
-- caveats: None.
select event_id from events
