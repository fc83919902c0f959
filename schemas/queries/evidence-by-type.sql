-- group: Evidence and disagreement
-- title: How well supported are the events of each type?
-- reading: Counts events by grade. The grade says what supports an event and not whether it is
--   true: confirmed means that the side concerned acknowledges it, fair two independent upstreams,
--   weak one, contested that reports compete. Planned events and states of affairs are left out.
select
  t.title as event_type,
  count(*) as events,
  count(*) filter (e.evidence = 'confirmed') as confirmed,
  count(*) filter (e.evidence = 'fair') as fair,
  count(*) filter (e.evidence = 'weak') as weak,
  count(*) filter (e.evidence = 'contested') as contested,
  count(*) filter (e.evidence = 'discounted') as discounted
from events e
join codelists.event_type t on t.code = e.event_type
where e.unit = 'event'
  and not coalesce(e.planned, false)
group by t.title
order by events desc, t.title
