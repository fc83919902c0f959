-- title: Quotations
-- show: parts
-- table: quotes
-- of: events
-- noun: quotation, quotations
select
  q.quote_id as key,
  q.event_id as of,
  concat(
    coalesce(n.name, q.speaker_id, q.speaker_description, 'nobody named'),
    coalesce(', ' || strftime(q.said_on, '%-d %B %Y'), ''),
    ': “',
    q.text,
    '”'
  ) as words
from quotes q
left join actors n on n.actor_id = q.speaker_id
