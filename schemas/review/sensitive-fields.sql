-- title: Sensitive: does it say more than the source, or more than is safe?
-- show: checklist
select
  'speaker ' || a.actor_id as key,
  'An unnamed speaker must stay unknown' as item,
  null::varchar as url,
  concat_ws(', ', a.actor_id, a.name, a.description) as why
from actors a
where a.kind = 'unnamed_person'
union all
select
  'described ' || q.quote_id,
  'An unnamed speaker must stay unknown',
  null,
  concat(q.quote_id, ': ', q.speaker_description)
from quotes q
where q.speaker_description is not null
union all
select
  'deaths ' || e.event_id,
  'Deaths are counted by the rule of the coding manual',
  null,
  concat(
    e.event_id, ': ', e.killed_low, ' to ', e.killed_high, coalesce(', best ' || e.killed_best, '')
  )
from events e
where e.killed_low is not null
