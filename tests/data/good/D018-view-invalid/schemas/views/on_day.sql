-- title: On a day
-- parameters: day
-- row: An event.
-- caveats: None.
select v.* from z_days v where v.day = cast(day as date)
