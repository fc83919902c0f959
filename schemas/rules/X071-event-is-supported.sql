-- title: An event has a report that supports it
-- severity: error
-- what: Every event that is not graded as discounted has a report with the stance supports.
-- why: An event that all its reports deny or merely mention has no place in the record, except as
--   discounted.
-- bad: evidence weak, one report with the stance mentions
-- good: evidence weak, one report with the stance supports
-- hint: Mend the stance, enter the report that supports the event, or grade it as discounted.
select
  'events' as table_name,
  e.event_id as key,
  'evidence' as column_name,
  e.evidence as value,
  format(
    'no report supports the event; its stances are: {}',
    string_agg(distinct r.stance, ', ' order by r.stance)
  ) as message
from events e
join reports r on r.event_id = e.event_id
where e.evidence <> 'discounted'
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
group by e.event_id, e.evidence
having count(*) filter (r.stance = 'supports') = 0
