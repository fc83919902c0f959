-- title: Violent events close in place and time are told apart
-- severity: warning
-- what: Finds pairs of violent events of the same subtype with a common initiator, at different
--   places at most 5 km apart, and at most 2 days apart.
-- why: Sources name the same happening by the quarter, the town or the road; two such rows are
--   often one event.
-- bad: air strikes by one air force on a town and, a day later, 3 km from it
-- good: air strikes by one air force on a town and, a day later, 20 km from it
-- hint: Compare the reports; merge the events if they speak of one, or waive the finding with the
--   reason.
with placed as (
  select
    e._record,
    e.event_id,
    e.event_subtype,
    e.start_date,
    e.end_date,
    e.planned,
    l.location_id,
    radians(l.lat) as lat,
    radians(l.lon) as lon
  from events e
  join codelists.event_subtype s on s.code = e.event_subtype
  join locations l on l.location_id = e.location_id
  where s.event_type in ('clash', 'strike', 'abuse')
    and e.location_precision <= 2
    and e.start_date <= e.end_date
),
pairs as (
  select
    b.event_id,
    b._record,
    b.event_subtype,
    b.location_id,
    a.event_id as other_id,
    a.location_id as other_location_id,
    a.start_date as other_date,
    2 * 6371 * asin(least(1, sqrt(
      sin((a.lat - b.lat) / 2) ** 2
      + cos(a.lat) * cos(b.lat) * sin((a.lon - b.lon) / 2) ** 2
    ))) as km
  from placed b
  join placed a
    on a.event_subtype = b.event_subtype
    and a.planned = b.planned
    and a._record < b._record
    and a.event_id <> b.event_id
    and a.location_id <> b.location_id
    and a.start_date <= b.end_date + 2
    and b.start_date <= a.end_date + 2
  where exists (
    from event_actors i
    join event_actors j on j.actor_id = i.actor_id and j.role = 'initiator'
    where i.role = 'initiator' and i.event_id = a.event_id and j.event_id = b.event_id
  )
)
select
  'events' as table_name,
  event_id as key,
  'location_id' as column_name,
  location_id as value,
  format(
    '{:.1f} km from {}, where {} is the same subtype ({}) by the same actor on {}',
    min(km), arg_min(other_location_id, (km, other_id)), arg_min(other_id, (km, other_id)),
    event_subtype, arg_min(other_date, (km, other_id))
  ) as message
from pairs
where km <= 5
group by event_id, location_id, event_subtype
