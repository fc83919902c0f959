-- title: Events differ
-- severity: error
-- what: No two events share a day.
-- why: They would be one event.
-- bad: a and b on one day
-- good: a and b on two days
-- hint: Merge the two.
select 'events' as table_name, event_id as key, 'start' as column_name, event_id as value, 'm' as message from weeks
