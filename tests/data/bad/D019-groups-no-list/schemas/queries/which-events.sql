-- title: Which events are there?
-- reading: One row for each event.
-- group: Events
select event_id from events order by event_id
