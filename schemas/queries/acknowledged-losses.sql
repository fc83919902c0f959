-- group: Evidence and disagreement
-- title: Which losses did the losing side acknowledge, and in whose words?
-- reading: A report counts if it supports the event and its claimant, or else its upstream, is of
--   the side that lost. claimed_date is the day that it names; published is when the text appeared.
select
  e.event_id,
  e.place_name,
  e.start_date,
  e.end_date,
  coalesce(n.name, u.upstream_name) as acknowledged_by,
  r.claimed_date,
  u.publisher,
  u.published,
  r.note
from events_wide e
join reports r on r.event_id = e.event_id and r.stance = 'supports'
join report_upstreams u on u.report_id = r.report_id
left join actors n on n.actor_id = r.claimant_id
where e.event_type = 'control'
  and exists (
    from event_participants p
    where p.event_id = e.event_id
      and p.role = 'lost_control'
      and p.camp = coalesce(n.camp, u.upstream_camp)
  )
order by e.start_date, e.event_id, r.report_id
