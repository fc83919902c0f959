-- title: The days that the package covers
-- row: A day of the period that the package covers, its first and its last included.
-- caveats: The days come from the property temporal of the descriptor; without it there are none.
-- column day: A day of the period.
select unnest(
  generate_series(p.temporal_start::timestamp, p.temporal_end::timestamp, interval 1 day)
)::date as day
from meta.package p
