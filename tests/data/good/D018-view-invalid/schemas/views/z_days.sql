-- title: Days
-- row: An event.
-- caveats: None.
select event_id, start as day, (select count(*) from events) as events from events;
