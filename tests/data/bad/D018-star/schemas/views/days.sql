-- title: Days
-- row: An event.
-- caveats: None.
select
  *
from events
