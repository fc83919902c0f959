-- group: Actors and words
-- title: What did an actor do, say and claim, day by day?
-- reading: kind event is a role in an event, quote direct speech, claim what a source attributes to
--   the actor. Of the actor itself, not of its parts or members.
-- parameters: actor = hts
select
  t.first_day,
  t.last_day,
  t.kind,
  t.role_or_stance,
  t.event_title,
  t.place_name,
  t.text,
  t.evidence
from actor_timeline($actor) t
order by t.first_day, t.last_day, t.kind, t.id, t.role_or_stance nulls first
