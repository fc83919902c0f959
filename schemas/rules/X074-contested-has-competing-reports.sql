-- title: Contested evidence has competing reports
-- severity: error
-- what: An event graded as contested has a report that contradicts or denies it beside one that
--   supports it, or reports that name different controllers.
-- why: The grade tells readers to look at the competing claims, so they must be there.
-- bad: evidence contested, two reports that both support it
-- good: evidence contested, one report supports it and one denies it
-- hint: Enter the competing report, mend its stance, or change the grade.
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format('the {} reports of the event do not compete', count(*)) as message
from events e
join reports r on r.event_id = e.event_id
where e.evidence = 'contested'
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
group by e.event_id, e.evidence
having count(*) filter (r.stance = 'supports') > 0
  and count(*) filter (r.stance in ('contradicts', 'denies')) = 0
  and count(distinct r.claimed_controller_id) < 2
