-- title: Confirmed, fair and weak evidence is uncontradicted
-- severity: error
-- what: Looks for reports that contradict or deny an event graded as confirmed, fair or weak.
-- why: A disagreement between sources must show in the grade, or it is resolved in silence.
-- bad: evidence fair, one report denies the event
-- good: evidence contested, one report supports it and one denies it
-- hint: Grade the event as contested or discounted, or mend the stance of the report.
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'graded as {}, but {} {} it', e.evidence,
    arg_min(r.report_id, r._record) filter (r.stance in ('contradicts', 'denies')),
    arg_min(r.stance, r._record) filter (r.stance in ('contradicts', 'denies'))
  ) as message
from events e
join reports r on r.event_id = e.event_id
where e.evidence in ('confirmed', 'fair', 'weak')
group by e.event_id, e.evidence
having count(*) filter (r.stance = 'supports') > 0
  and count(*) filter (r.stance in ('contradicts', 'denies')) > 0
