-- title: Days
-- row: An event.
-- caveats: None.
select
  shorten(event_id) as id
from events
