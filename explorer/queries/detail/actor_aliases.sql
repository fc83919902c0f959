select alias, actor_id, language, kind, source_id
from actor_aliases
order by actor_id, alias
