-- title: Places with a name under which another one is known
-- show: duplicates
-- table: locations
with known as (
  select location_id, name as called from locations
  union
  select location_id, name_ar from locations where name_ar is not null
  union
  select location_id, alias from location_aliases
),
folded as (
  select
    location_id,
    called,
    regexp_replace(strip_accents(lower(called)), '[^\p{L}\p{N}]+', '', 'g') as text
  from known
)
select
  a.location_id as key,
  b.location_id as other,
  format('both are called {}', min(b.called)) as why
from folded a
join folded b
  on b.text = a.text
  and b.location_id > a.location_id
where a.text <> ''
group by a.location_id, b.location_id
