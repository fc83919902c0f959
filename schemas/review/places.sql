-- title: Places
-- show: records
-- table: locations
-- noun: place, places
-- column kind: Kind
-- column parent: Lies in
-- column point: Point
-- column description: Description
select
  l.location_id as key,
  l.name as title,
  coalesce(k.title, l.kind) as kind,
  coalesce(p.name, l.parent_id, l.country) as parent,
  l.lat || ', ' || l.lon as point,
  l.description
from locations l
left join locations p on p.location_id = l.parent_id
left join codelists.location_kind k on k.code = l.kind
