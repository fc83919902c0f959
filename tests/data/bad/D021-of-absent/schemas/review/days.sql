-- title: Days
-- show: parts
-- table: events
select event_id as key, event_id as of, 'a' as words from events
