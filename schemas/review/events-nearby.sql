-- title: Events close in time and place with a common actor
-- show: duplicates
-- table: events
with placed as (
  select
    e.event_id, e.event_subtype, e.start_date, e.end_date, e.planned, e.location_id,
    radians(l.lat) as lat, radians(l.lon) as lon
  from events e
  left join locations l on l.location_id = e.location_id
),
shared as (
  select
    a.event_id, b.event_id as other_id,
    string_agg(
      distinct coalesce(n.name, a.actor_id), ', ' order by coalesce(n.name, a.actor_id)
    ) as names,
    count(distinct a.actor_id) as common
  from event_actors a
  join event_actors b
    on b.actor_id = a.actor_id
    and b.event_id > a.event_id
  left join actors n on n.actor_id = a.actor_id
  group by a.event_id, b.event_id
),
crowds as (
  select event_id, count(distinct actor_id) as actors from event_actors group by event_id
),
pairs as (
  select
    a.event_id, b.event_id as other_id, a.event_subtype, a.location_id,
    a.location_id is not distinct from b.location_id as same_place,
    2 * 6371 * asin(least(1, sqrt(
      sin((a.lat - b.lat) / 2) ** 2
      + cos(a.lat) * cos(b.lat) * sin((a.lon - b.lon) / 2) ** 2
    ))) as km,
    greatest(0, a.start_date - b.end_date, b.start_date - a.end_date) as days
  from placed a
  join placed b
    on b.event_subtype = a.event_subtype
    and b.event_id > a.event_id
    and b.planned = a.planned
    and a.start_date <= b.end_date + 2
    and b.start_date <= a.end_date + 2
)
select
  p.event_id as key,
  p.other_id as other,
  format(
    'both are {}, {}, {}; both name {}',
    coalesce(s.title, p.event_subtype),
    case
      when p.same_place and p.location_id is null then 'without a place'
      when p.same_place then 'at one place'
      else format('{:.1f} km apart', p.km)
    end,
    case p.days when 0 then 'on days that overlap' when 1 then 'a day apart' else '2 days apart' end,
    x.names
  ) as why
from pairs p
join shared x
  on x.event_id = p.event_id
  and x.other_id = p.other_id
left join codelists.event_subtype s on s.code = p.event_subtype
join crowds c on c.event_id = p.event_id
join crowds d on d.event_id = p.other_id
where p.km <= 10
  or (p.same_place and p.location_id is not null)
  -- Without a place, only what the same people did on the same days is near.
  or (p.same_place and p.days = 0 and x.common = c.actors and x.common = d.actors)
