-- group: Control
-- title: Who held a place on the evening of a day, and by whose account?
-- reading: The place and every recorded place in it. Where an account names a controller, it is in
--   brackets; several may differ. sure is false where the dates or the sources leave it open. No
--   row means that the record says nothing, not that nobody held it; what holds for a governorate
--   need not hold for each town in it.
-- parameters: place = homs-governorate, day = 2024-12-06
with accounts as (
  select distinct
    r.event_id,
    coalesce(n.name, u.upstream_name, u.publisher)
      || coalesce(' (' || c.name || ')', '')
      || if(r.stance = 'supports', '', ': ' || r.stance) as account
  from reports r
  join report_upstreams u on u.report_id = r.report_id
  left join actors n on n.actor_id = r.claimant_id
  left join actors c on c.actor_id = r.claimed_controller_id
  where r.stance <> 'mentions'
)
select
  c.place_name,
  c.controllers,
  c.sure,
  c.evidence,
  c.event_ids,
  (
    select string_agg(distinct a.account, '; ' order by a.account)
    from accounts a
    where list_contains(c.event_ids, a.event_id)
  ) as accounts
from control_by_day c
where c.day = cast($day as date)
  and c.controllers is not null
  and (
    c.location_id = $place
    or c.location_id in (select w.location_id from place_ancestors w where w.ancestor_id = $place)
  )
order by c.location_id
