-- group: Actors and words
-- title: Who speaks without a name, and what rests on such speakers alone?
-- reading: claims and quotes count what is attributed to the speaker. alone counts events which
--   nobody else supports, neither a named speaker nor a source in its own voice nor another unnamed
--   one. The descriptions are coarse on purpose.
with backed as (
  select u.event_id, min(u.claimant_id) as only_claimant
  from report_upstreams u
  where u.stance = 'supports'
  group by u.event_id
  having count(*) = count(u.claimant_id)
    and count(distinct u.claimant_id) = 1
)
select
  n.name,
  n.camp,
  (select count(*) from reports r where r.claimant_id = n.actor_id) as claims,
  (select count(*) from quotes q where q.speaker_id = n.actor_id) as quotes,
  (select count(*) from backed b where b.only_claimant = n.actor_id) as alone,
  (
    select string_agg(distinct u.publisher, '; ' order by u.publisher)
    from report_upstreams u
    where u.claimant_id = n.actor_id
  ) as publishers,
  n.description
from actors n
where n.kind = 'unnamed_person'
order by alone desc, claims desc, n.actor_id
