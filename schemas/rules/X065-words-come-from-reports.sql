-- title: Words for deaths come from a report
-- severity: error
-- what: The killed_words of an event contain, or are contained in, the words that one of its
--   reports has for the killed.
-- why: The cell is for the sources' own words; words of our own would pass for theirs.
-- bad: killed_words dozens, no report has words for the killed
-- good: killed_words dozens, a report has the words dozens
-- hint: Enter the words in report_counts, or clear the cell.
select
  'events' as table_name,
  e.event_id as key,
  'killed_words' as column_name,
  e.killed_words as value,
  'none of the event''s reports has these words for the killed' as message
from events e
where e.killed_words is not null
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from report_counts k
    anti join reports x on x.report_id = k.report_id
  )
  and exists (
    from reports r
    where r.event_id = e.event_id
  )
  and not exists (
    from reports r
    join report_counts c on c.report_id = r.report_id
    where r.event_id = e.event_id
      and c.measure in ('killed', 'killed_civilians', 'killed_combatants')
      and (
        contains(lower(e.killed_words), lower(c.words))
        or contains(lower(c.words), lower(e.killed_words))
      )
  )
