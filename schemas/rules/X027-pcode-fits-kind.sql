-- title: A P-code has the form of the kind of place
-- severity: error
-- what: SY and two digits is for a governorate, four for a district, six for a sub-district; C and
--   four digits is for a settlement or a part of one.
-- why: The form tells the level; a code of another level belongs to another place.
-- bad: kind governorate, ocha_pcode SY0503
-- good: kind governorate, ocha_pcode SY05
-- hint: Look up the code of the place itself, or mend its kind.
with coded as (
  select
    location_id,
    kind,
    ocha_pcode,
    case
      when ocha_pcode like 'C%' then ['city', 'town', 'village', 'neighbourhood']
      when length(ocha_pcode) = 4 then ['governorate']
      when length(ocha_pcode) = 6 then ['district']
      when length(ocha_pcode) = 8 then ['subdistrict']
    end as kinds
  from locations
  where regexp_full_match(ocha_pcode, 'SY[0-9]{2}([0-9]{2}([0-9]{2})?)?|C[0-9]{4}')
)
select
  'locations' as table_name,
  location_id as key,
  'ocha_pcode' as column_name,
  ocha_pcode as value,
  format(
    '{} is of kind {}, but a code like {} is for: {}',
    location_id, kind, ocha_pcode, array_to_string(kinds, ', ')
  ) as message
from coded
where not list_contains(kinds, kind)
