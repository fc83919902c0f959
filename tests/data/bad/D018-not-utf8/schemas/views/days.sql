-- title: Days
-- row: An event.
-- caveats: None.
select 'Homé' as place
