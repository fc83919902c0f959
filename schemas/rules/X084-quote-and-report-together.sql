-- title: A source that quotes on an event also reports it
-- severity: warning
-- what: Where a quote is linked to an event, its source has a report on that event, if only one
--   with the stance mentions.
-- why: Otherwise the page counts for the words but not for the event, and its coverage looks
--   smaller than it is.
-- bad: quote on hama-captured from a page without a report on it
-- good: quote on hama-captured from a page with a report on it
-- hint: Enter a report of this source on the event (mentions, if it takes no side), or mend the
--   link.
select
  'quotes' as table_name,
  q.quote_id as key,
  'event_id' as column_name,
  q.event_id as value,
  format('{} has no report on {}', q.source_id, q.event_id) as message
from quotes q
join events e on e.event_id = q.event_id
join sources s on s.source_id = q.source_id
where s.text_seen <> 'none'
  and not exists (
    from reports k
    anti join events x on x.event_id = k.event_id
  )
  and not exists (
    from reports k
    anti join sources x on x.source_id = k.source_id
  )
  and exists (
    from reports r
    where r.event_id = q.event_id
  )
  and not exists (
    from reports r
    where r.event_id = q.event_id and r.source_id = q.source_id
  )
