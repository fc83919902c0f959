-- title: Fair evidence has two independent upstreams
-- severity: error
-- what: Counts the different upstreams (of the report or, failing that, of its source) that support
--   each event graded as fair. An upstream that is unknown or only
--   inferred counts for nothing.
-- why: Two articles that carry one agency are one source; without this count one flash looks like a
--   crowd.
-- bad: evidence fair, supported by two pages that both carry AFP
-- good: evidence fair, supported by a page that carries AFP and one by Reuters
-- hint: Grade the event as weak, or enter the report of an independent upstream.
with upstreams as (
  select
    event_id,
    count(distinct upstream_id) filter (
      stance = 'supports' and upstream_basis is distinct from 'inferred'
    ) as known,
    string_agg(distinct upstream_id, ', ' order by upstream_id) filter (
      stance = 'supports' and upstream_basis is distinct from 'inferred'
    ) as ids
  from report_upstreams
  group by event_id
  having count(*) filter (stance = 'supports') > 0
    and count(*) filter (stance in ('contradicts', 'denies')) = 0
    and count(source_id) = count(*)
    and count(upstream_name) = count(upstream_id)
)
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'fair needs two independent upstreams; the event is supported by {} ({})',
    u.known, coalesce(u.ids, 'none known')
  ) as message
from events e
join upstreams u on u.event_id = e.event_id
where e.evidence = 'fair'
  and u.known < 2
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
