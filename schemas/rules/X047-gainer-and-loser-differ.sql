-- title: A place changes hands between camps
-- severity: warning
-- what: Finds changes of control in which the gainer and a loser belong to the same camp of those
--   that fight.
-- why: Control within a camp seldom passes by capture; a camp or a role is often wrong.
-- bad: hts (opposition) takes a town from sna (opposition)
-- good: hts (opposition) takes a town from syrian-army (government)
-- hint: Check the roles and the camps; waive the finding if the two did fight each other.
select
  'event_actors' as table_name,
  arg_min(l._key, l._record) as key,
  'actor_id' as column_name,
  arg_min(l.actor_id, l._record) as value,
  format(
    '{} takes control from {} in {}; both belong to the camp {}',
    min(n.actor_id), arg_min(l.actor_id, l._record), l.event_id, m.camp
  ) as message
from event_actors l
join event_actors g
  on g.event_id = l.event_id
  and g.role = 'gained_control'
  and g.actor_id <> l.actor_id
join actors n on n.actor_id = g.actor_id
join actors m on m.actor_id = l.actor_id and m.camp = n.camp
join events e on e.event_id = l.event_id
where l.role = 'lost_control'
  and m.camp in ('government', 'opposition', 'kurdish_led')
group by l.event_id, m.camp
