select actor_id, country, description, active_from, active_to, wikidata_id
from actors
order by actor_id
