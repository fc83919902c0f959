-- title: An alias stands for one place only
-- severity: warning
-- what: Finds an alias that is given to two places in the same language, without regard to case. A
--   place and one that contains it (a city and its governorate) may share it; descriptive phrases
--   are left out.
-- why: A place name that means two places puts an event on the wrong spot of the map.
-- bad: Tall Rifat for a town in Aleppo and for a village in Hama
-- good: Suweida for the city and for its governorate
-- hint: Keep the alias with the place that the source means, or make sure that both really are so
--   called.
with folded as (
  select a.*
  from location_aliases a
  join locations l on l.location_id = a.location_id
  where a.kind <> 'description'
)
select
  'location_aliases' as table_name,
  b._key as key,
  'alias' as column_name,
  b.alias as value,
  format(
    'this alias of {} is already an alias of {} ({})',
    b.location_id, arg_min(a.location_id, a._record), b.language
  ) as message
from folded b
join folded a
  on lower(a.alias) = lower(b.alias)
  and a.language = b.language
  and a._record < b._record
  and a.location_id <> b.location_id
where not exists (
  from place_ancestors w
  where (w.location_id = a.location_id and w.ancestor_id = b.location_id)
    or (w.location_id = b.location_id and w.ancestor_id = a.location_id)
)
group by b._key, b.alias, b.location_id, b.language
