-- title: Days
-- row: An event.
-- caveats: None.
select t.f0 as event_id
from cells.t0 t
