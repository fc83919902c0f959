-- title: Events differ
-- severity: error
-- what: No two events share a day.
-- why: They would be one event.
-- bad: a and b on one day
-- good: a and b on two days
-- hint: Merge the two.
SELECT 'evnets' AS table_name, event_id AS key, 'start' AS column_name, 'x' AS value, 'm' AS message FROM events LIMIT 1
