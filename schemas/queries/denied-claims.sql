-- group: Evidence and disagreement
-- title: Which claims were denied or contradicted, by whom, and who stands by them?
-- reading: One row for each denial. against_it says who reports that the event happened. A denial
--   may reach further than the event or less far; the note of the report says so.
select
  r.event_id,
  e.title,
  r.stance,
  coalesce(n.name, u.upstream_name, u.publisher) as by_whom,
  n.camp,
  u.publisher,
  u.published,
  (
    select string_agg(distinct coalesce(m.name, s.upstream_name, s.publisher), '; '
      order by coalesce(m.name, s.upstream_name, s.publisher))
    from report_upstreams s
    left join actors m on m.actor_id = s.claimant_id
    where s.event_id = r.event_id
      and s.stance = 'supports'
  ) as against_it,
  r.note
from reports r
join report_upstreams u on u.report_id = r.report_id
left join events e on e.event_id = r.event_id
left join actors n on n.actor_id = r.claimant_id
where r.stance in ('denies', 'contradicts')
order by r.event_id, r.report_id
