-- group: Evidence and disagreement
-- title: On whose word does each change of control rest, and is it only the winner's?
-- reading: Counts the supporting reports by who speaks in them: the claimant if there is one, else
--   the upstream. Allies count for their side. only_winner is true where nobody but the winning
--   side says it; unknown are speakers whose side the sources do not tell.
with sides as (
  select
    p.event_id,
    list(distinct replace(p.camp, '_ally', '')) filter (p.role = 'gained_control') as winners,
    list(distinct replace(p.camp, '_ally', '')) filter (p.role = 'lost_control') as losers
  from event_participants p
  group by p.event_id
),
voices as (
  select
    u.event_id,
    replace(coalesce(n.camp, u.upstream_camp, 'unknown'), '_ally', '') as side
  from report_upstreams u
  left join actors n on n.actor_id = u.claimant_id
  where u.stance = 'supports'
),
counts as (
  select
    v.event_id,
    count(*) filter (list_contains(s.winners, v.side)) as winner,
    count(*) filter (list_contains(s.losers, v.side)) as loser,
    count(*) filter (v.side = 'unknown') as unknown,
    count(*) as reports
  from voices v
  join sides s on s.event_id = v.event_id
  where s.winners is not null
  group by v.event_id
)
select
  e.event_id,
  e.title,
  c.winner,
  c.loser,
  c.reports - c.winner - c.loser - c.unknown as others,
  c.unknown,
  c.winner = c.reports as only_winner,
  e.evidence
from counts c
join events e on e.event_id = c.event_id
where not coalesce(e.planned, false)
order by only_winner desc, c.winner desc, e.start_date, e.event_id
