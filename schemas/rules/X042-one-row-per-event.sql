-- title: One happening is one event
-- severity: error
-- what: Finds events of the same subtype, place and dates with the same actors in the roles
--   initiator, gained_control and lost_control. Statements, diplomacy, politics, conditions and
--   events without a place are left out, since several may fall on one day.
-- why: What is coded twice is counted twice.
-- bad: two rows capture, hama, 2024-12-05, gained by hts
-- good: one row, with a report for each source
-- hint: Merge the two, move the reports to the one that stays, and leave a tombstone.
with signed as (
  select
    e._record,
    e.event_id,
    e.event_subtype,
    e.location_id,
    e.start_date,
    e.end_date,
    e.planned,
    string_agg(distinct a.role || ' ' || a.actor_id, ', ' order by a.role || ' ' || a.actor_id)
      as doers
  from events e
  join codelists.event_subtype s on s.code = e.event_subtype
  join event_actors a on a.event_id = e.event_id
  where a.role in ('initiator', 'gained_control', 'lost_control')
    and e.location_id is not null
    and s.event_type not in ('statement', 'diplomacy', 'politics', 'condition')
  group by all
),
ordered as (
  select *, first_value(event_id) over (
    partition by event_subtype, location_id, start_date, end_date, planned, doers
    order by _record
  ) as first_event
  from signed
)
select
  'events' as table_name,
  event_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format(
    '{} and {} are the same {} at {} on {}: {}',
    event_id, first_event, event_subtype, location_id, start_date, doers
  ) as message
from ordered
where event_id <> first_event
