-- title: Weak evidence has one upstream
-- severity: error
-- what: Counts the different upstreams (of the report or, failing that, of its source) that support
--   each event graded as weak.
-- why: The grade must follow the same rule in every row, or comparing grades means nothing.
-- bad: evidence weak, supported through AFP and through Reuters
-- good: evidence weak, supported by two pages that both carry AFP
-- hint: Grade the event as fair, or mend the upstreams if one is really the other.
with claims as (
  select
    r.event_id,
    r.stance,
    s.source_id,
    coalesce(r.upstream_id, s.upstream_id) as upstream_id,
    n.actor_id
  from reports r
  left join sources s on s.source_id = r.source_id
  left join actors n on n.actor_id = coalesce(r.upstream_id, s.upstream_id)
),
upstreams as (
  select
    event_id,
    count(distinct upstream_id) filter (stance = 'supports') as known,
    string_agg(distinct upstream_id, ', ' order by upstream_id) filter (stance = 'supports')
      as ids
  from claims
  group by event_id
  having count(*) filter (stance = 'supports') > 0
    and count(*) filter (stance in ('contradicts', 'denies')) = 0
    and count(source_id) = count(*)
    and count(actor_id) = count(upstream_id)
)
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format('weak means one upstream; the event is supported by {} ({})', u.known, u.ids) as message
from events e
join upstreams u on u.event_id = e.event_id
where e.evidence = 'weak'
  and u.known > 1
