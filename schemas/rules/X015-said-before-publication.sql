-- title: Words are not spoken after the source that prints them
-- severity: error
-- what: Compares said_on with the day on which the quote's source was published.
-- why: A text cannot quote what has not been said yet.
-- bad: said_on 2024-12-08 from a page published on 2024-12-07
-- good: said_on 2024-12-07 from a page published on 2024-12-07
-- hint: Mend said_on or the source's published.
select
  'quotes' as table_name,
  q.quote_id as key,
  'said_on' as column_name,
  q.said_on::varchar as value,
  format('said on {}, but {} was published on {}', q.said_on, s.source_id, s.published) as message
from quotes q
join sources s on s.source_id = q.source_id
where q.said_on > s.published
