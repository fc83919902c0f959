-- group: Course of events
-- title: How many events of each type does the record hold for each day?
-- reading: dated counts the events dated to this very day, possible all that may have happened on
--   it. An event whose dates leave several days open is possible on each of them, so that column
--   cannot be added up. A quiet day may be one of which few texts are coded.
select
  a.day,
  sum(a.on_this_day)::bigint as dated,
  sum(a.ongoing)::bigint as possible,
  coalesce(
    string_agg(
      a.event_type || ' ' || a.ongoing, ', ' order by a.ongoing desc, a.event_type
    ) filter (a.ongoing > 0),
    ''
  ) as possible_by_type
from daily_activity a
group by a.day
order by a.day
