-- group: Actors and words
-- title: What was said, word for word, on a topic?
-- reading: Words are as the source prints them, a translation where translated is true. A quotation
--   has one topic, the main one; toolkit query "FROM codelists.topic" lists them. said_on is the
--   day of publication where said_on_basis says so.
-- parameters: topic = intentions
select
  q.said_on,
  q.said_on_basis,
  q.speaker,
  q.text,
  q.gist,
  q.translated,
  q.publisher,
  q.event_id
from quotes_in_context q
where q.topic = $topic
order by q.said_on, q.quote_id
