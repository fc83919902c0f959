-- title: Who loses a place had gained it last
-- severity: error
-- what: Goes through the changes of control of each place in order of their dates and compares the
--   loser with whoever gained the place last (or belongs to it). Contested events, and those whose
--   order the dates leave open, are left out.
-- why: A loser who did not hold the place shows that a change of hands is missing or that a role is
--   wrong.
-- bad: hama taken by hts on 5 December, then lost by sdf on 7 December
-- good: hama taken by hts on 5 December, then lost by hts on 7 December
-- hint: Record the change of control that is missing, or mend the role or the dates.
with changes as (
  select event_id, location_id, start_date, end_date, event_subtype, evidence
  from events
  where event_subtype in ('capture', 'partial_control', 'withdrawal', 'control_lost')
    and evidence <> 'discounted'
    and not planned
    and start_date <= end_date
),
gains as (
  select c.*, a.actor_id
  from changes c
  join event_actors a on a.event_id = c.event_id and a.role = 'gained_control'
  join actors n on n.actor_id = a.actor_id
  where c.event_subtype = 'capture'
),
steps as (
  select
    c.event_id,
    c.location_id,
    c.end_date,
    arg_max(g.event_id, g.end_date) as gain_id,
    arg_max(g.start_date, g.end_date) as gain_start
  from changes c
  join gains g
    on g.location_id = c.location_id
    and g.event_id <> c.event_id
    and g.end_date < c.start_date
  where c.evidence <> 'contested'
  group by c.event_id, c.location_id, c.end_date
),
clear_steps as (
  select s.*
  from steps s
  join changes p on p.event_id = s.gain_id and p.evidence <> 'contested'
  where not exists (
    from changes o
    where o.location_id = s.location_id
      and o.event_id not in (s.event_id, s.gain_id)
      and o.end_date >= s.gain_start
      and o.start_date <= s.end_date
  )
)
select
  'event_actors' as table_name,
  arg_min(a._key, a._record) as key,
  'actor_id' as column_name,
  arg_min(a.actor_id, a._record) as value,
  format(
    '{} loses {} in {}, but {} gained it in {} on {}',
    string_agg(distinct a.actor_id, ', ' order by a.actor_id),
    s.location_id, s.event_id, min(g.actor_id), s.gain_id, s.gain_start
  ) as message
from clear_steps s
join event_actors a on a.event_id = s.event_id and a.role = 'lost_control'
join actors l on l.actor_id = a.actor_id
join gains g on g.event_id = s.gain_id
group by s.event_id, s.location_id, s.gain_id, s.gain_start
having not bool_or(
    exists (
      from actor_wholes b
      where (b.actor_id = a.actor_id and b.whole_id = g.actor_id)
        or (b.actor_id = g.actor_id and b.whole_id = a.actor_id)
    )
  )
  and not bool_or(
    exists (
      from event_actors n
      where n.event_id = s.event_id
        and n.role = 'gained_control'
        and n.actor_id in (a.actor_id, g.actor_id)
    )
  )
