-- title: On a day
-- parameters: day
-- row: An event.
-- caveats: None.
select d.event_id from days d where d.day = day
