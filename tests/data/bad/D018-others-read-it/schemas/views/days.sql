-- title: Days
-- row: An event.
-- caveats: None.
select e.event_id,
  e.begin_day as day
from events e
