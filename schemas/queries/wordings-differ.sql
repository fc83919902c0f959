-- group: Actors and words
-- title: Which quotations are worded differently by different sources?
-- reading: text is the version nearest to the speaker, variant that of another source. Where
--   languages differ, one of them is a translation. No row means that no coded quotation was found
--   in a second wording.
select
  q.quote_id,
  q.speaker,
  q.text,
  q.language,
  q.publisher,
  v.text as variant,
  v.language as variant_language,
  s.publisher as variant_publisher
from quote_variants v
join quotes_in_context q on q.quote_id = v.quote_id
left join sources s on s.source_id = v.source_id
order by q.quote_id, s.published, v.source_id, v.text
