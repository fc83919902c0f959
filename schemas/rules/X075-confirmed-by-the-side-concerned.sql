-- title: Confirmed evidence rests on the side concerned
-- severity: error
-- what: A supporting report of an event graded as confirmed is claimed by (or comes from) an actor
--   who lost control, was the target or was affected, or, except where control was gained, by the
--   initiator or speaker. The word of a leader, spokesperson, member or part counts for the whole
--   and the other way round.
-- why: The grade means that the side concerned acknowledges what it lost, suffered or did; the
--   winner's word is not that.
-- bad: a capture graded as confirmed, claimed by the gainer alone
-- good: a capture graded as confirmed, admitted by the army that lost the place
-- hint: Enter the report in which the side concerned admits it, add the missing relation or role,
--   or lower the grade.
with recursive belongs(actor_id, whole_id) as (
  select actor_id, actor_id
  from actors
  union
  select b.actor_id, r.other_actor_id
  from belongs b
  join actor_relations r
    on r.actor_id = b.whole_id
    and r.relation in ('member_of', 'part_of', 'leads', 'speaks_for')
),
parties as (
  select
    r.event_id,
    coalesce(r.claimant_id, r.upstream_id, s.upstream_id) as party_id,
    s.source_id,
    n.actor_id
  from reports r
  left join sources s on s.source_id = r.source_id
  left join actors n on n.actor_id = coalesce(r.claimant_id, r.upstream_id, s.upstream_id)
  where r.stance = 'supports'
),
concerned as (
  select a.event_id, a.actor_id
  from event_actors a
  join events e on e.event_id = a.event_id
  where a.role in ('lost_control', 'target', 'affected')
    or (
      a.role in ('initiator', 'speaker', 'holder')
      and e.event_subtype not in ('capture', 'partial_control', 'control_lost')
    )
)
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'no supporting report is the word of the side concerned; they come from {}',
    coalesce(string_agg(distinct p.party_id, ', ' order by p.party_id), 'nobody named')
  ) as message
from events e
join parties p on p.event_id = e.event_id
where e.evidence = 'confirmed'
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from reports r
    where r.event_id = e.event_id and r.stance in ('contradicts', 'denies')
  )
  and not exists (
    from event_actors k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from event_actors k
    anti join actors x on x.actor_id = k.actor_id
  )
  and not exists (
    from actor_relations k
    anti join actors x on x.actor_id = k.actor_id
  )
  and not exists (
    from actor_relations k
    anti join actors x on x.actor_id = k.other_actor_id
  )
group by e.event_id, e.evidence
having count(p.source_id) = count(*)
  and count(p.actor_id) = count(p.party_id)
  and not bool_or(exists (
    from concerned c
    join belongs x on x.actor_id = c.actor_id
    join belongs y on y.whole_id = x.whole_id
    where c.event_id = e.event_id and y.actor_id = p.party_id
  ))
