-- title: An event claims no finer place than its location is
-- severity: error
-- what: Compares location_precision with the kind of the location: a country allows 5 and 6, a
--   region 5 and above, a governorate 4 and above, a district 3 and above; 7 is for seas, regions
--   and countries. Captures have a rule of their own (X031).
-- why: An area drawn as an exact point makes a map look more certain than the sources are.
-- bad: location hama-governorate (governorate), location_precision 1
-- good: location hama-governorate (governorate), location_precision 4
-- hint: Give the precision that the place allows, or name the finer place if the source does.
select
  'events' as table_name,
  e.event_id as key,
  'location_precision' as column_name,
  e.location_precision::varchar as value,
  format(
    'precision {} does not suit {}, which is a place of kind {} (precision {})',
    e.location_precision, l.location_id, l.kind, k.precision
  ) as message
from events e
join locations l on l.location_id = e.location_id
join codelists.location_kind k on k.code = l.kind
where e.event_subtype <> 'capture'
  and (
    (
      e.location_precision < k.precision::bigint
      and not (e.location_precision = 5 and k.code = 'country')
    )
    or (e.location_precision = 7 and k.code not in ('country', 'region', 'sea'))
  )
