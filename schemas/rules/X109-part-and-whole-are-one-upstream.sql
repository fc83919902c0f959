-- title: A part and its whole are one upstream
-- severity: error
-- what: Counts the upstreams of each event graded as fair again, without those that belong to
--   another upstream of the same event (see actor_wholes).
-- why: A spokesman and his command, or a unit and its army, do not confirm each other.
-- bad: evidence fair, supported by an announcement of the army and one of its state alone
-- good: evidence fair, supported by an announcement of the army and by a monitor
-- hint: Grade the event as weak, or enter the report of an independent upstream.
with supporters as (
  select distinct r.event_id, r.upstream_id
  from report_upstreams r
  where r.stance = 'supports'
    and r.upstream_id is not null
),
own as (
  select
    s.event_id,
    count(*) as named,
    count(*) filter (
      not exists (
        from actor_wholes w
        join supporters o on o.event_id = s.event_id and o.upstream_id = w.whole_id
        where w.actor_id = s.upstream_id
          and w.whole_id <> s.upstream_id
      )
    ) as independent,
    string_agg(s.upstream_id, ', ' order by s.upstream_id) as ids
  from supporters s
  group by s.event_id
)
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format('fair needs two independent upstreams; of {} one belongs to another', o.ids) as message
from events e
join own o on o.event_id = e.event_id
where e.evidence = 'fair'
  and o.named >= 2
  and o.independent < 2
