-- title: A place lies in a larger one
-- severity: error
-- what: Compares the kind of an administrative area or settlement with that of its parent: country,
--   governorate, district, sub-district, settlement, then sites and quarters.
-- why: Sums by area walk up this tree; a governorate inside a town is counted in the wrong place.
-- bad: hama-governorate (governorate) with parent hama (city)
-- good: hama (city) with parent hama-governorate (governorate)
-- hint: Name the parent that contains the place, or mend the kind of one of the two.
with ranked as (
  select
    location_id,
    parent_id,
    kind,
    case kind
      when 'country' then 5
      when 'governorate' then 4
      when 'district' then 3
      when 'subdistrict' then 2
      when 'city' then 1
      when 'town' then 1
      when 'village' then 1
      when 'neighbourhood' then 0
      when 'building' then 0
    end as rank
  from locations
)
select
  'locations' as table_name,
  c.location_id as key,
  'parent_id' as column_name,
  c.parent_id as value,
  format('{} ({}) cannot lie in {} ({})', c.location_id, c.kind, p.location_id, p.kind) as message
from ranked c
join ranked p on p.location_id = c.parent_id
where c.location_id <> c.parent_id
  and (p.rank < c.rank or (p.rank = c.rank and c.rank >= 2))
  and not exists (
    from place_ancestors w
    where w.location_id = c.location_id and w.ancestor_id = c.location_id
  )
