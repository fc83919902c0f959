-- title: Days
-- row: An event.
select event_id from events
