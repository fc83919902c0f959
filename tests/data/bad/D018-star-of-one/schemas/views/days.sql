-- title: Days
-- row: An event.
-- caveats: None.
with found as (select event_id from events)
select f.event_id,
  e.*
from found f join events e on e.event_id = f.event_id
