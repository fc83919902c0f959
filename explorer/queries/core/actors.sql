-- With every other name, as words of the text search.
select
  actor_id, name, name_ar, kind, camp,
  (select string_agg(alias, chr(10) order by alias) from actor_aliases a where a.actor_id = actors.actor_id) as aliases
from actors
order by actor_id
