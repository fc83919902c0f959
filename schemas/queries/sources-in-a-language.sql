-- group: Sources
-- title: Which sources are in a language, and what do they contribute?
-- reading: The language is that of the page, not of those who speak in it. alone counts the events
--   that no source in another language supports.
-- parameters: language = ar
select
  s.source_id,
  s.publisher,
  s.published,
  s.title,
  count(distinct r.event_id) as events,
  count(distinct r.event_id) filter (
    r.stance = 'supports'
    and not exists (
      from reports o
      join sources x on x.source_id = o.source_id
      where o.event_id = r.event_id
        and o.stance = 'supports'
        and x.language <> s.language
    )
  ) as alone,
  s.url
from sources s
left join reports r on r.source_id = s.source_id
where s.language = $language
group by s.source_id, s.publisher, s.published, s.title, s.url
order by s.published nulls last, s.source_id
