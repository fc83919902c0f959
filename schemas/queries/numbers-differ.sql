-- group: Casualties and numbers
-- title: How far apart are the figures for one and the same thing?
-- reading: One row for each event and measure, running totals apart by the day up to which they
--   count. lowest and highest span all claims; upstreams says how many independent origins they
--   have. words are claims without a number, which the span leaves out.
select
  c.event_id,
  c.event_title,
  c.measure_title,
  c.as_of,
  count(*) as claims,
  count(distinct c.upstream_id) as upstreams,
  min(c.low) as lowest,
  max(c.high) as highest,
  max(c.high) - min(c.low) as apart,
  string_agg(distinct c.words, '; ' order by c.words) as words
from casualty_claims c
group by c.event_id, c.event_title, c.measure, c.measure_title, c.as_of
order by apart desc nulls last, claims desc, c.event_id, c.measure, c.as_of nulls first
