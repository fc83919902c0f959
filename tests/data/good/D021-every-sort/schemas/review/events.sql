-- title: Events
-- show: records
-- table: events
-- noun: event, events
-- column start: First day
select event_id as key, event_id as title, start from events
