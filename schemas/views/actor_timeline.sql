-- title: What an actor did, said and claimed
-- parameters: actor
-- row: A role of the actor in an event, a quotation of the actor, or a claim that a report gives as
--   the actor's, in the order of days.
-- caveats: Of the actor itself, not of its parts or of what it belongs to (see actor_wholes). The
--   days of events and claims bound the time of the event; a claim that names a day has that one,
--   and the day of a quotation may be that of its publication.
-- column kind: What the row is: event, quote or claim.
-- column first_day: Earliest possible day.
-- column last_day: Latest possible day.
-- column event_id: The event that it is, or is about.
-- column event_title: Title of the event.
-- column role_or_stance: Role of the actor in the event, or stance of the claim; empty for a
--   quotation.
-- column place_name: Name of the place of the event; empty for a quotation.
-- column text: Words of the quotation; empty otherwise.
-- column id: Identifier of the event, quotation or report.
select
  'event' as kind,
  p.start_date as first_day,
  p.end_date as last_day,
  p.event_id,
  p.event_title,
  p.role as role_or_stance,
  p.place_name,
  p.evidence,
  null::varchar as text,
  p.event_id as id
from event_participants p
where p.actor_id = actor
union all
select
  'quote', q.said_on, q.said_on, q.event_id, q.event_title, null, null, null, q.text, q.quote_id
from quotes_in_context q
where q.speaker_id = actor
union all
select
  'claim',
  coalesce(r.claimed_date, e.start_date),
  coalesce(r.claimed_date, e.end_date),
  r.event_id,
  e.title,
  r.stance,
  l.name,
  e.evidence,
  null,
  r.report_id
from reports r
left join events e on e.event_id = r.event_id
left join locations l on l.location_id = e.location_id
where r.claimant_id = actor
order by first_day, last_day, kind, id, role_or_stance
