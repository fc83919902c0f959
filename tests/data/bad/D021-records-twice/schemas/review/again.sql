-- title: Events
-- show: records
-- table: events
select event_id as key, event_id as title from events
