-- title: Which events are there?
-- reading: One row for each event.
-- parameters: The day = 2024-12-06
select event_id from events order by event_id
