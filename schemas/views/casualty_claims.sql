-- title: Numbers that reports give
-- row: A number, or words in its place, of one measure in one report.
-- caveats: Claims stand as made, the dead as well as displaced people, fighters and prisoners, and
--   are not to be added up; several reports may repeat one count, told by upstream_id. low and high
--   are empty where there are only words. A running total (cumulative) counts up to as_of and
--   covers more than the event. day is the day that the report claims, else that of the event if it
--   has one.
-- column measure_title: Title of the measure.
-- column event_title: Title of the event.
-- column day: Day that the report claims, else that of the event if it is known to the day.
-- column claimant_name: Name of claimant_id.
-- column upstream_id: From whom the content of the report comes (see report_upstreams).
-- column upstream_name: Name of upstream_id.
select
  c.report_id,
  c.measure,
  m.title as measure_title,
  c.low,
  c.high,
  c.words,
  c.cumulative,
  c.as_of,
  r.event_id,
  e.title as event_title,
  coalesce(
    r.claimed_date, case when e.start_date = e.end_date then e.start_date end
  ) as day,
  e.start_date,
  e.end_date,
  r.stance,
  r.claimant_id,
  n.name as claimant_name,
  u.upstream_id,
  u.upstream_name,
  r.source_id,
  u.publisher,
  u.published
from report_counts c
left join codelists.measure m on m.code = c.measure
left join reports r on r.report_id = c.report_id
left join report_upstreams u on u.report_id = c.report_id
left join events e on e.event_id = r.event_id
left join actors n on n.actor_id = r.claimant_id
