select event_id, kind, measure, versions, made_by
from disagreements
order by event_id, kind, measure
