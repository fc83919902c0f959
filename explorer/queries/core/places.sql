-- With every other name, as words of the text search.
select
  location_id, name, name_ar, kind, parent_id, lat, lon,
  (select string_agg(alias, chr(10) order by alias) from location_aliases a where a.location_id = locations.location_id) as aliases
from locations
order by location_id
