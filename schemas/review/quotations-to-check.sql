-- title: Find the words in the source
-- show: checklist
select
  q.quote_id as key,
  concat(coalesce(s.publisher || ': ', ''), coalesce(s.title, q.source_id)) as item,
  s.url,
  concat('“', q.text, '”, ', coalesce(n.name, q.speaker_id, q.speaker_description)) as why
from quotes q
left join sources s on s.source_id = q.source_id
left join actors n on n.actor_id = q.speaker_id
union all
select
  v._key,
  concat(coalesce(s.publisher || ': ', ''), coalesce(s.title, v.source_id)),
  s.url,
  concat('“', v.text, '”')
from quote_variants v
left join sources s on s.source_id = v.source_id
