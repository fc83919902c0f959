-- title: Actors with a name under which another one is known
-- show: duplicates
-- table: actors
with known as (
  select actor_id, name as called from actors
  union
  select actor_id, name_ar from actors where name_ar is not null
  union
  select actor_id, alias from actor_aliases
),
folded as (
  select
    actor_id,
    called,
    regexp_replace(strip_accents(lower(called)), '[^\p{L}\p{N}]+', '', 'g') as text
  from known
)
select
  a.actor_id as key,
  b.actor_id as other,
  format('both are called {}', min(b.called)) as why
from folded a
join folded b
  on b.text = a.text
  and b.actor_id > a.actor_id
where a.text <> ''
  and not exists (
    from actors u
    where u.kind = 'unnamed_person' and u.actor_id = a.actor_id
  )
group by a.actor_id, b.actor_id
