-- title: Days
-- row: An event.
-- caveats: None.
select
  event_id,
  begin_day
from events
