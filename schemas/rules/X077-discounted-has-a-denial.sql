-- title: Discounted evidence has a report against it
-- severity: error
-- what: An event graded as discounted has a report that contradicts or denies it.
-- why: To call something false needs a text that does; otherwise the judgement is ours alone.
-- bad: evidence discounted, one report that supports it
-- good: evidence discounted, one report supports it and a later one denies it
-- hint: Enter the report that contradicts or denies it, or change the grade.
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'no report contradicts or denies the event; its stances are: {}',
    string_agg(distinct r.stance, ', ' order by r.stance)
  ) as message
from events e
join reports r on r.event_id = e.event_id
where e.evidence = 'discounted'
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
group by e.event_id, e.evidence
having count(*) filter (r.stance in ('contradicts', 'denies')) = 0
