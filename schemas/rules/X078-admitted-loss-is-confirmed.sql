-- title: A loss that the loser admits is confirmed
-- severity: warning
-- what: Finds changes of control graded as fair or weak that a supporting report attributes to the
--   actor who lost control, or to one that leads it, speaks for it, belongs to it or to which it
--   belongs.
-- why: Confirmed takes precedence over fair and weak; a lower grade hides the strongest evidence
--   that there is.
-- bad: withdrawal graded as weak, announced by the army that withdrew
-- good: withdrawal graded as confirmed, announced by the army that withdrew
-- hint: Grade the event as confirmed, or mend the claimant if the side concerned did not say so.
with recursive belongs(actor_id, whole_id) as (
  select actor_id, actor_id
  from actors
  union
  select b.actor_id, r.other_actor_id
  from belongs b
  join actor_relations r
    on r.actor_id = b.whole_id
    and r.relation in ('member_of', 'part_of', 'leads', 'speaks_for')
)
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'graded as {}, but {} gives it as the word of {}',
    e.evidence, arg_min(r.report_id, r._record), arg_min(r.claimant_id, r._record)
  ) as message
from events e
join reports r on r.event_id = e.event_id and r.stance = 'supports'
join actors c on c.actor_id = r.claimant_id
where e.evidence in ('fair', 'weak')
  and e.event_subtype in ('capture', 'partial_control', 'withdrawal', 'control_lost')
  and not e.planned
  and not exists (
    from reports d
    where d.event_id = e.event_id and d.stance in ('contradicts', 'denies')
  )
  and exists (
    from event_actors a
    join belongs b
      on (b.actor_id = c.actor_id and b.whole_id = a.actor_id)
      or (b.actor_id = a.actor_id and b.whole_id = c.actor_id)
    where a.event_id = e.event_id and a.role = 'lost_control'
  )
group by e.event_id, e.evidence
