-- title: Days
-- row: An event.
-- caveats: None.
select event_id
from events
order by _record
