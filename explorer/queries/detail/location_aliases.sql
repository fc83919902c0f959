select alias, location_id, language, kind, source_id
from location_aliases
order by location_id, alias
