-- title: Days
-- row: An event.
-- caveats: None.
select n.i from nights n
