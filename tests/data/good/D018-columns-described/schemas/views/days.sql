-- title: Days
-- row: An event.
-- caveats: None.
-- column event_id: The event.
-- column lasted: How many days
--   it lasted.
select e.event_id, "end" - start as lasted from events e
