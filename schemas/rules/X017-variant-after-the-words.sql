-- title: No wording is printed before the words were spoken
-- severity: error
-- what: Compares said_on of a quote with the day on which the source of each variant was published.
-- why: If another page printed the words earlier, they were spoken earlier: said_on is too late.
-- bad: said_on 2024-12-07, variant on a page published on 2024-12-06
-- good: said_on 2024-12-06, variant on a page published on 2024-12-06
-- hint: Set the quote's said_on to a day that fits both sources, or mend the source's published.
select
  'quote_variants' as table_name,
  v._key as key,
  'source_id' as column_name,
  v.source_id as value,
  format(
    '{} was published on {}, but the words are dated {}', v.source_id, s.published, q.said_on
  ) as message
from quote_variants v
join quotes q on q.quote_id = v.quote_id
join sources s on s.source_id = v.source_id
where s.published < q.said_on
