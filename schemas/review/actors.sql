-- title: Actors
-- show: records
-- table: actors
-- noun: actor, actors
-- column kind: Kind
-- column camp: Camp
-- column active: Active
-- column description: Description
select
  a.actor_id as key,
  a.name as title,
  coalesce(k.title, a.kind) as kind,
  coalesce(c.title, a.camp) as camp,
  nullif(concat_ws(' ', 'from ' || a.active_from, 'to ' || a.active_to), '') as active,
  a.description
from actors a
left join codelists.actor_kind k on k.code = a.kind
left join codelists.camp c on c.code = a.camp
