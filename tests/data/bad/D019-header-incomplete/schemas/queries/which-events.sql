-- title: Which events are there?
select event_id from events
