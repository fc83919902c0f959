-- title: Ends
-- show: parts
-- table: events
-- of: events
select event_id as key, event_id as of, 'it ends' as words from events
