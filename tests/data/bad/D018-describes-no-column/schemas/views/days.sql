-- title: Days
-- row: An event.
-- caveats: None.
-- column evnet_id: The event.
select e.event_id from events e union all select 'x'
