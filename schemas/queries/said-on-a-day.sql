-- group: Actors and words
-- title: What did each side say on a day?
-- reading: A quotation stands with the day on which it was said, a claim with the day on which its
--   source appeared, which may be later. A claim is what a source attributes to the speaker, told
--   here by the event it is about; stance says whether the speaker supports it, denies it, or
--   speaks of it without saying so (mentions).
-- parameters: day = 2024-12-07
select
  s.camp,
  s.speaker,
  s.kind,
  s.said,
  s.stance,
  s.publisher
from (
  select q.camp, q.speaker, 'quote' as kind, q.text as said, null as stance, q.publisher,
    q.quote_id as id
  from quotes_in_context q
  where q.said_on = cast($day as date)
  union all
  select n.camp, n.name, 'claim', e.title, u.stance, u.publisher, u.report_id
  from report_upstreams u
  join actors n on n.actor_id = u.claimant_id
  join events e on e.event_id = u.event_id
  where u.published = cast($day as date)
) s
order by s.camp nulls last, s.speaker, s.kind desc, s.id
