-- title: A location has an event or contains another place
-- severity: warning
-- what: Looks for each location in events and as the parent of another location; a country is in
--   use if an actor belongs to it.
-- why: A place without any use is a leftover, a double, or a sign that an event is missing.
-- bad: town without an event and without places in it
-- good: governorate without an event that contains a town
-- hint: Enter the event for which the row was made, or remove it with a tombstone.
select
  'locations' as table_name,
  l.location_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format('no event takes place at {} ({}), and no place lies in it', l.location_id, l.name)
    as message
from locations l
where not exists (
    from events k
    anti join locations x on x.location_id = k.location_id
    where k.location_id is not null
  )
  and not exists (
    from locations k
    anti join locations x on x.location_id = k.parent_id
    where k.parent_id is not null
  )
  and not exists (
    from events e
    where e.location_id = l.location_id
  )
  and not exists (
    from locations c
    where c.parent_id = l.location_id
  )
  and not (
    l.kind = 'country'
    and exists (
      from actors a
      where a.country = l.country
    )
  )
