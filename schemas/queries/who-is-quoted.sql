-- group: Actors and words
-- title: Who is quoted in direct speech, how often, and on what?
-- reading: Counts quotations, of which a page printed by several sources is one. Only words inside
--   quotation marks count; what is reported of a speech stands in the claims. An unnamed speaker is
--   one of a single source and is never joined with that of another.
select
  q.speaker,
  q.camp,
  q.attribution,
  count(*) as quotes,
  count(distinct q.publisher) as publishers,
  string_agg(distinct t.title, ', ' order by t.title) as topics,
  min(q.said_on) as first_day,
  max(q.said_on) as last_day
from quotes_in_context q
left join codelists.topic t on t.code = q.topic
group by q.speaker_id, q.speaker, q.camp, q.attribution
order by quotes desc, q.speaker, q.speaker_id nulls last, q.camp, q.attribution
