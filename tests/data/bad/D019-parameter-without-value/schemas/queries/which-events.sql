-- title: Which events are there?
-- reading: One row for each event.
-- parameters: day = 2024-12-06, place
select event_id from events order by event_id
