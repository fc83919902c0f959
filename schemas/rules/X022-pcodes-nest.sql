-- title: A P-code begins with that of the area around it
-- severity: error
-- what: Compares the P-code of each administrative area with that of the nearest area above it that
--   has one. Community codes (C and four digits) carry no area and are exempt.
-- why: The codes are built by nesting; one that does not nest belongs to another place or hangs
--   under the wrong parent.
-- bad: district SY0401 under governorate SY05
-- good: district SY0501 under governorate SY05
-- hint: Mend the P-code or the parent of one of the two places.
with recursive above(location_id, ancestor_id, steps) as (
  select location_id, parent_id, 1
  from locations
  where parent_id is not null
  union
  select a.location_id, l.parent_id, a.steps + 1
  from above a
  join locations l on l.location_id = a.ancestor_id
  where l.parent_id is not null and a.steps < 20
),
coded as (
  select location_id, kind, ocha_pcode
  from locations
  where (kind = 'governorate' and length(ocha_pcode) = 4)
    or (kind = 'district' and length(ocha_pcode) = 6)
    or (kind = 'subdistrict' and length(ocha_pcode) = 8)
),
nearest as (
  select
    c.location_id,
    c.ocha_pcode,
    arg_min(p.location_id, a.steps) as area_id,
    arg_min(p.ocha_pcode, a.steps) as area_code
  from coded c
  join above a on a.location_id = c.location_id
  join coded p on p.location_id = a.ancestor_id
  where p.location_id <> c.location_id
    and length(p.ocha_pcode) < length(c.ocha_pcode)
  group by c.location_id, c.ocha_pcode
)
select
  'locations' as table_name,
  location_id as key,
  'ocha_pcode' as column_name,
  ocha_pcode as value,
  format('{} lies in {}, whose P-code is {}', location_id, area_id, area_code) as message
from nearest
where not starts_with(ocha_pcode, area_code)
