-- title: Days
-- show: measures
-- table: events
-- noun: event
-- stronger days: fewer
select event_id as key, null as title, "end" - start as days from events
