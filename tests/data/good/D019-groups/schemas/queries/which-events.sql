-- title: Which events are there?
-- reading: One row for each event.
-- group: Events
-- parameters: day = 2024-12-06, place =
select event_id from events where start <= $day and $place = '' order by event_id
