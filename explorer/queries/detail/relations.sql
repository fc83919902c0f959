select relation_id, actor_id, relation, other_actor_id, valid_from, valid_to, source_id, note
from actor_relations
order by relation_id
