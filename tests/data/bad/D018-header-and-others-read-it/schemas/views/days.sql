-- title: Days
select e.event_id
from events e
