-- title: A quote dated by publication bears the day of publication
-- severity: error
-- what: Where said_on_basis is publication, compares said_on with the day on which the source was
--   published.
-- why: The basis tells readers how far to trust the day; here it says publication and the day says
--   something else.
-- bad: said_on 2024-12-05, basis publication, page of 2024-12-07
-- good: said_on 2024-12-05, basis stated, page of 2024-12-07
-- hint: Set said_on to the day of publication, or said_on_basis to stated.
select
  'quotes' as table_name,
  q.quote_id as key,
  'said_on' as column_name,
  q.said_on::varchar as value,
  format(
    'said_on {} is said to be the day of publication, but {} was published on {}',
    q.said_on, s.source_id, s.published
  ) as message
from quotes q
join sources s on s.source_id = q.source_id
where q.said_on_basis = 'publication'
  and q.said_on < s.published
