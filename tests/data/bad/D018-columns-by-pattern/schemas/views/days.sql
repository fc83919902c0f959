-- title: Days
-- row: An event.
-- caveats: None.
select
  columns('e.*')
from events
