-- title: Reports and where their content comes from
-- row: A report, with the agency, monitor, state medium or newsroom from which its content comes.
-- caveats: The upstream is that of the report if it gives one, else that of its source; it is empty
--   where neither is known. Independence is counted by it, not by source. source_id is empty if the
--   table sources lacks the source, and upstream_name if the table actors lacks the upstream.
-- column source_id: The source that makes the report; empty if sources lacks it.
-- column source_kind: Kind of the source.
-- column upstream_id: From whom the content comes.
-- column upstream_basis: How it is known: stated if the report gives it, else as the source says.
-- column upstream_name: Name of upstream_id.
-- column upstream_kind: Kind of that actor.
-- column upstream_camp: Camp of that actor.
select
  r.report_id,
  r.event_id,
  r.stance,
  r.claimant_id,
  s.source_id,
  s.publisher,
  s.kind as source_kind,
  s.published,
  coalesce(r.upstream_id, s.upstream_id) as upstream_id,
  case when r.upstream_id is null then s.upstream_basis else 'stated' end as upstream_basis,
  u.name as upstream_name,
  u.kind as upstream_kind,
  u.camp as upstream_camp
from reports r
left join sources s on s.source_id = r.source_id
left join actors u on u.actor_id = coalesce(r.upstream_id, s.upstream_id)
