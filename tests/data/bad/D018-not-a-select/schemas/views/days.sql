-- title: Days
-- row: An event.
-- caveats: None.
drop table events
