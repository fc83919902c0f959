-- title: A claim is reported once
-- severity: error
-- what: Finds reports with the same event, source, claimant, upstream, stance, claimed date and
--   claimed controller.
-- why: The same claim twice weighs double in every count of reports.
-- bad: two reports of one page on one event, both by hts, both supports
-- good: two reports of one page on one event, one by hts, one by syrian-army
-- hint: Merge the two reports.
with claims as (
  select
    report_id,
    event_id,
    source_id,
    first_value(report_id) over (
      partition by
        event_id, source_id, claimant_id, upstream_id, stance, claimed_date, claimed_controller_id
      order by _record
    ) as first_report
  from reports
)
select
  'reports' as table_name,
  report_id as key,
  null::varchar as column_name,
  null::varchar as value,
  format('makes the same claim on {} from {} as {}', event_id, source_id, first_report) as message
from claims
where report_id <> first_report
