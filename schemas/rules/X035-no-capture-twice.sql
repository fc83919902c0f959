-- title: A place is not captured twice without a loss between
-- severity: error
-- what: Goes through the changes of control of each place in order of their dates and finds
--   captures by the actor who captured it last, with no other change of control between. Contested
--   events, and those whose order the dates leave open, are left out.
-- why: Either one capture is coded twice under different dates, or the loss between is missing.
-- bad: rastan taken by hts on 5 December and again on 7 December
-- good: rastan taken by hts on 5 December, lost on 6 and retaken on 7 December
-- hint: Merge the two events (their dates may compete), or record the loss between them.
with changes as (
  select event_id, location_id, start_date, end_date, event_subtype, evidence
  from events
  where event_subtype in ('capture', 'partial_control', 'withdrawal', 'control_lost')
    and evidence <> 'discounted'
    and not planned
    and start_date <= end_date
),
gains as (
  select c.*, a.actor_id, a._key, a._record
  from changes c
  join event_actors a on a.event_id = c.event_id and a.role = 'gained_control'
  where c.event_subtype = 'capture'
    and c.evidence <> 'contested'
)
select
  'event_actors' as table_name,
  c._key as key,
  'event_id' as column_name,
  c.event_id as value,
  format(
    '{} gains {} again; it already did in {} on {}, and no loss is recorded between',
    c.actor_id, c.location_id, arg_max(p.event_id, p.end_date), max(p.end_date)
  ) as message
from gains c
join gains p
  on p.location_id = c.location_id
  and p.actor_id = c.actor_id
  and p.event_id <> c.event_id
  and p.end_date < c.start_date
where not exists (
  from changes o
  where o.location_id = c.location_id
    and o.event_id not in (c.event_id, p.event_id)
    and o.end_date >= p.start_date
    and o.start_date <= c.end_date
)
group by c._key, c.event_id, c.actor_id, c.location_id
