-- title: What was unopposed saw no battle
-- severity: warning
-- what: Finds changes of control said to be unopposed at a place for which a clash is recorded on
--   one of the same days, both known to the day.
-- why: A source that speaks of no resistance and one that tells of fighting disagree; then the field
--   stays empty.
-- bad: capture of Alpha on 30 November, unopposed, and a ground battle at Alpha on 30 November
-- good: capture of Alpha on 30 November, unopposed, and a ground battle at Alpha on 28 November
-- hint: Clear unopposed, or check place and day of the clash.
select
  'events' as table_name,
  e.event_id as key,
  'unopposed' as column_name,
  'true' as value,
  format(
    'said to be unopposed, but {} tells of fighting there on {}',
    min(c.event_id), e.start_date
  ) as message
from events e
join events c
  on c.location_id = e.location_id
  and c.event_type = 'clash'
  and c.start_date = c.end_date
  and c.start_date = e.start_date
where e.unopposed
  and e.start_date = e.end_date
  and not c.planned
  and c.evidence <> 'discounted'
group by e.event_id, e.start_date
