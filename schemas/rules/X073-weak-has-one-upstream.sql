-- title: Weak evidence has one upstream
-- severity: error
-- what: Counts the different upstreams (of the report or, failing that, of its source) that support
--   each event graded as weak. An upstream that was only inferred counts for nothing.
-- why: The grade must follow the same rule in every row, or comparing grades means nothing.
-- bad: evidence weak, supported through AFP and through Reuters
-- good: evidence weak, supported by two pages that both carry AFP
-- hint: Grade the event as fair, or mend the upstreams if one is really the other.
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
  format('weak means one upstream; the event is supported by {} ({})', u.known, u.ids) as message
from events e
join upstreams u on u.event_id = e.event_id
where e.evidence = 'weak'
  and u.known > 1
