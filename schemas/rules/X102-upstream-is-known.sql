-- title: A source that supports events has an upstream, or says why not
-- severity: warning
-- what: Finds sources without upstream_id and without a note that support an event through a report
--   which names no upstream either.
-- why: Independence is counted by upstream; without one the report counts for nothing.
-- bad: upstream_id empty on a page whose report supports an event
-- good: upstream_id empty, and a note that the page names no agency and may carry AFP
-- hint: Enter the agency, monitor or newsroom from which the content comes; if the page does not
--   tell, say so in the note.
select
  'sources' as table_name,
  s.source_id as key,
  'upstream_id' as column_name,
  null::varchar as value,
  format(
    '{} supports {} without a known upstream, and has no note',
    s.source_id, arg_min(r.event_id, r._record)
  ) as message
from sources s
join reports r on r.source_id = s.source_id
where s.upstream_id is null
  and s.note is null
  and s.text_seen <> 'none'
  and r.upstream_id is null
  and r.stance = 'supports'
group by s.source_id
