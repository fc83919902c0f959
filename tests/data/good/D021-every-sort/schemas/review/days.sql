-- title: Days
-- show: measures
-- table: events
-- stronger days: fewer
select event_id as key, null as title, "end" - start as days from events
