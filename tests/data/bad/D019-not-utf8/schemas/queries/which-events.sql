-- title: Which events are there?
-- reading: One row for éach event.
select event_id from events order by event_id
