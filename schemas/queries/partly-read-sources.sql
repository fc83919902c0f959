-- group: Sources
-- title: Which sources were read or coded only in part?
-- reading: text_seen says how much of the text was read, coding how much of that was coded. Only
--   where both are full does absence from the record mean that the text does not say it.
select
  s.source_id,
  s.publisher,
  s.published,
  s.text_seen,
  s.coding,
  (select count(*) from reports r where r.source_id = s.source_id) as reports,
  s.note
from sources s
where s.text_seen <> 'none'
  and (s.text_seen <> 'full' or s.coding <> 'full')
order by s.published nulls last, s.source_id
