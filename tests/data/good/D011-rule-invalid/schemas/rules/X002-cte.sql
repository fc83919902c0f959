-- title: Events differ
-- severity: error
-- what: No two events share a day.
-- why: They would be one event.
-- bad: a and b on one day
-- good: a and b on two days
-- hint: Merge the two;
--   or drop one; both work.
-- a comment; with a semicolon
WITH d AS (SELECT event_id, start FROM events) -- ; again
SELECT 'events' AS table_name, event_id AS key, NULL AS column_name, ';' AS value, NULL AS message FROM d WHERE start < DATE '2000-01-01';
-- the end;
