-- group: Method
-- title: How much of the record rests on each text?
-- reading: alone counts the events and states of affairs that no other text supports,
--   percent_alone their share of all that are recorded. Where one text has a large share, counts
--   over the record say much about that text.
with backing as (
  select
    r.event_id,
    min(r.source_id) as source_id,
    count(distinct r.source_id) as sources
  from reports r
  where r.stance = 'supports'
  group by r.event_id
)
select
  s.source_id,
  s.publisher,
  s.coding,
  count(distinct r.report_id) as reports,
  count(distinct r.event_id) as events,
  count(distinct b.event_id) as alone,
  round(100 * count(distinct b.event_id) / (select count(*) from events), 0)::integer
    as percent_alone
from sources s
join reports r on r.source_id = s.source_id
left join backing b
  on b.event_id = r.event_id
  and b.source_id = s.source_id
  and b.sources = 1
group by s.source_id, s.publisher, s.coding
order by alone desc, events desc, s.source_id
