-- title: Days
-- row: An event.
-- caveats: None.
from events
