-- group: Casualties and numbers
-- title: For how many events of violence is the number of deaths known?
-- reading: low and high add up the deaths of single events, where there is a figure. without_figure
--   counts the events of which no coded source gives one, so the sums are not a toll, and no sum at
--   all (an empty cell) is not zero. Running totals are left out.
select
  t.title as event_type,
  count(*) as events,
  count(e.killed_low) as with_figure,
  count(*) - count(e.killed_low) as without_figure,
  sum(e.killed_low)::bigint as low,
  sum(e.killed_high)::bigint as high,
  string_agg(distinct e.killed_words, '; ' order by e.killed_words) as words
from events e
join codelists.event_type t on t.code = e.event_type
where e.event_type in ('control', 'clash', 'strike', 'abuse', 'operation')
  and e.unit = 'event'
  and not coalesce(e.planned, false)
  and e.evidence <> 'discounted'
group by t.title
order by events desc, t.title
