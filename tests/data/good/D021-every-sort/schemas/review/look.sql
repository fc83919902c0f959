-- title: Look
-- show: checklist
select event_id as key, 'Look' as item, null as url, event_id as why from events
