-- title: Days
-- row: An event.
-- caveats: None.
with recursive weeks as (select 1 as i union all select w.i + 1 from weeks w where w.i < 3) select w.i, d.event_id from weeks w cross join days d
