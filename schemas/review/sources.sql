-- title: Sources
-- show: records
-- table: sources
-- noun: source, sources
-- column publisher: Publisher
-- column published: Published
-- column kind: Kind
-- column upstream: Upstream
-- column seen: Text seen
select
  s.source_id as key,
  s.title,
  s.publisher,
  s.published,
  coalesce(k.title, s.kind) as kind,
  coalesce(u.name, s.upstream_id) || coalesce(' (' || s.upstream_basis || ')', '') as upstream,
  coalesce(t.title, s.text_seen) as seen
from sources s
left join actors u on u.actor_id = s.upstream_id
left join codelists.source_kind k on k.code = s.kind
left join codelists.text_seen t on t.code = s.text_seen
