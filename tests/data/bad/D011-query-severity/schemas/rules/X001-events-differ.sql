-- title: Events differ
-- severity: fatal
-- what: No two events share a day.
-- why: They would be one event.
-- bad: a and b on one day
-- good: a and b on two days
-- hint: Merge the two.
SELECT 'events' AS table_name, event_id AS key, 'start' AS column_name, CAST(start AS VARCHAR) AS value, 'twice' AS message
FROM events WHERE start IN (SELECT start FROM events GROUP BY start HAVING count(*) > 1)
