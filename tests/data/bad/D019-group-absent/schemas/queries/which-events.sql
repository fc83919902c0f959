-- title: Which events are there?
-- reading: One row for each event.
select event_id from events order by event_id
