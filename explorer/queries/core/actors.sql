select actor_id, name, name_ar, kind, camp
from actors
order by actor_id
