-- title: A running total does not fall
-- severity: warning
-- what: Compares each running total with the one before it (by as_of) from the same claimant or
--   upstream, of the same measure, on the same event or on events of the window and the aftermath.
-- why: Running totals only rise; a fall is a slip of the pen, another area or a correction that
--   needs a note.
-- bad: SOHR: 514 killed as of 2 December, 327 as of 3 December
-- good: SOHR: 327 killed as of 1 December, 514 as of 2 December
-- hint: Check both numbers and both days; waive the finding if the source corrected itself.
with totals as (
  select
    c._record,
    c._key,
    c.report_id,
    c.measure,
    c.low,
    c.high,
    c.as_of,
    coalesce(r.claimant_id, r.upstream_id, s.upstream_id) as party_id,
    case when e.scope in ('window', 'aftermath') then 'window' else e.event_id end as span
  from report_counts c
  join reports r on r.report_id = c.report_id
  join sources s on s.source_id = r.source_id
  join events e on e.event_id = r.event_id
  where c.cumulative
    and c.low <= c.high
    and r.stance <> 'denies'
),
days as (
  select
    party_id,
    measure,
    span,
    as_of,
    min(low) as low,
    arg_min(report_id, (low, report_id)) as report_id
  from totals
  where party_id is not null
  group by party_id, measure, span, as_of
),
steps as (
  select
    *,
    lag(low) over party as low_before,
    lag(report_id) over party as report_before,
    lag(as_of) over party as day_before
  from days
  window party as (partition by party_id, measure, span order by as_of)
)
select
  'report_counts' as table_name,
  t._key as key,
  'high' as column_name,
  t.high::varchar as value,
  format(
    '{} counts {} {} as of {}, but already {} as of {} ({})',
    t.party_id, t.high, t.measure, t.as_of, d.low_before, d.day_before, d.report_before
  ) as message
from totals t
join steps d
  on d.party_id = t.party_id
  and d.measure = t.measure
  and d.span = t.span
  and d.as_of = t.as_of
where t.high < d.low_before
