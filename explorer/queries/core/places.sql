select location_id, name, name_ar, kind, parent_id, lat, lon
from locations
order by location_id
