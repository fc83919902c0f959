select location_id, country, ocha_pcode, geonames_id, wikidata_id, description
from locations
order by location_id
