-- title: Days
-- parameters: day, day
-- row: An event.
-- caveats: None.
select event_id from events where start = day
