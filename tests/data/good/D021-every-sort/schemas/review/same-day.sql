-- title: Same day
-- show: duplicates
-- table: events
select a.event_id as key, b.event_id as other, 'the same day' as why from events a join events b on a.start = b.start and a.event_id < b.event_id
