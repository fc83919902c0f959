-- title: Events differ
-- severity: error
-- what: No two events share a day.
-- why: They would be one event.
-- bad: a and b on one day
-- good: a and b on two days
-- hint: Merge the two.
SELECT 'places' AS table_name, _key AS key, 'kind' AS column_name, kind AS value, 'record ' || _record AS message
FROM places ANTI JOIN codelists.kind ON kind = code
WHERE (SELECT created FROM meta.package) > DATE '2025-01-01'
