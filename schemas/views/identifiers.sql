-- title: Identifiers in use
-- row: A table and an identifier that a row of it has.
-- caveats: Only tables whose rows have an identifier of one field; retired ones are in tombstones.
-- column table_name: The table.
-- column id: The identifier.
select 'actors' as table_name, a.actor_id as id
from actors a
union all
select 'actor_relations', r.relation_id
from actor_relations r
union all
select 'locations', l.location_id
from locations l
union all
select 'sources', s.source_id
from sources s
union all
select 'events', e.event_id
from events e
union all
select 'reports', r.report_id
from reports r
union all
select 'quotes', q.quote_id
from quotes q
order by table_name, id
