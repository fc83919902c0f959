-- title: A capture goes to whom its reports name
-- severity: error
-- what: Compares the claimed controller of each supporting report of a capture with its gainer, or
--   one that belongs to the gainer or to which the gainer belongs. Contested and discounted
--   captures are left out.
-- why: If the reports give the place to somebody else, either the role is wrong or the event is
--   contested.
-- bad: capture gained by hts, supporting report names sna as controller
-- good: capture gained by hts, supporting report names hts as controller
-- hint: Mend the role or the claimed controller, add the missing relation, or set the stance to
--   contradicts.
select
  'reports' as table_name,
  r.report_id as key,
  'claimed_controller_id' as column_name,
  r.claimed_controller_id as value,
  format(
    'gives {} to {}, but {} gained control in it',
    e.event_id, r.claimed_controller_id, string_agg(a.actor_id, ', ' order by a.actor_id)
  ) as message
from reports r
join events e on e.event_id = r.event_id
join event_actors a on a.event_id = e.event_id and a.role = 'gained_control'
join actors g on g.actor_id = a.actor_id
join actors n on n.actor_id = r.claimed_controller_id
where e.event_subtype = 'capture'
  and r.stance = 'supports'
  and e.evidence not in ('contested', 'discounted')
group by r.report_id, r.claimed_controller_id, e.event_id
having not bool_or(exists (
  from actor_wholes b
  where (b.actor_id = a.actor_id and b.whole_id = r.claimed_controller_id)
    or (b.actor_id = r.claimed_controller_id and b.whole_id = a.actor_id)
))
