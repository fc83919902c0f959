-- title: Days
-- row: An event.
-- caveats: None.
select 1 as one
