-- title: Days
-- row: An event.
-- caveats: None.
select e.event_id, start as start from (select f.event_id, f.start from events f) e
