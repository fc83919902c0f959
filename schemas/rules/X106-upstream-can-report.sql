-- title: An upstream is somebody who can report
-- severity: error
-- what: Looks up the upstream of each source and report: it is no population, political class or
--   unnamed person.
-- why: An upstream is the desk from which content comes; residents or officials in a text are its
--   claimants.
-- bad: upstream_id residents-of-homs
-- good: claimant_id residents-of-homs, upstream_id reuters
-- hint: Enter the party as the claimant, and the agency, monitor or newsroom as the upstream.
with upstreams as (
  select 'sources' as table_name, source_id as key, upstream_id
  from sources
  union all
  select 'reports', report_id, upstream_id
  from reports
)
select
  u.table_name,
  u.key,
  'upstream_id' as column_name,
  u.upstream_id as value,
  format('{} is of kind {} and cannot be an upstream', n.actor_id, n.kind) as message
from upstreams u
join actors n on n.actor_id = u.upstream_id
where n.kind in ('population', 'political_class', 'unnamed_person')
