select event_id, actor_id, role
from event_actors
order by event_id, actor_id, role
