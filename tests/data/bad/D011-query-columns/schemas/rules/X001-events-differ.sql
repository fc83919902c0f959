-- title: Events differ
-- severity: error
-- what: No two events share a day.
-- why: They would be one event.
-- bad: a and b on one day
-- good: a and b on two days
-- hint: Merge the two.
SELECT event_id AS key FROM events
