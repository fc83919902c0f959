-- title: On a day
-- parameters: start
-- row: An event.
-- caveats: None.
select d.event_id from days d where d.start = start
