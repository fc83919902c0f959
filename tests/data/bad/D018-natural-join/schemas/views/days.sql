-- title: Days
-- row: An event.
-- caveats: None.
select a.event_id
from events a
natural join events b
