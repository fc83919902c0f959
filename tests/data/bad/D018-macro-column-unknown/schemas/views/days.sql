-- title: Days
-- parameters: day
-- row: An event.
-- caveats: None.
select event_id
from events
where begin_day = day
