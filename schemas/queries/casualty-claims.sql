-- group: Casualties and numbers
-- title: Which figures on killed and wounded people exist, and who gives them?
-- reading: Each claim as made; never add them up. Words in place of a number, such as that no
--   estimates were to be had, are information and not zero. A running total (cumulative) counts up
--   to as_of and covers more than the event.
select
  c.event_id,
  c.measure_title,
  c.low,
  c.high,
  c.words,
  c.cumulative,
  c.as_of,
  coalesce(c.claimant_name, c.upstream_name, c.publisher) as by_whom,
  c.upstream_name,
  c.publisher,
  c.published
from casualty_claims c
where c.measure in ('killed', 'killed_civilians', 'killed_combatants', 'wounded')
order by c.start_date, c.event_id, c.measure, c.published nulls last, c.report_id
