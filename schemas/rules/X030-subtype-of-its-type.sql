-- title: A subtype belongs to the event's type
-- severity: error
-- what: Looks up event_subtype in its code list and compares the type given there with event_type.
-- why: Counts by type and counts by subtype must agree.
-- bad: event_type clash, event_subtype air_strike
-- good: event_type strike, event_subtype air_strike
-- hint: Mend the type or the subtype.
select
  'events' as table_name,
  e.event_id as key,
  'event_subtype' as column_name,
  e.event_subtype as value,
  format('{} belongs to the type {}, not to {}', e.event_subtype, s.event_type, e.event_type)
    as message
from events e
join codelists.event_subtype s on s.code = e.event_subtype
join codelists.event_type t on t.code = e.event_type
where s.event_type <> e.event_type
