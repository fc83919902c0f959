-- title: A variant comes from another source than the quote
-- severity: error
-- what: Compares the source of each variant with that of its quote.
-- why: One page prints one wording; two from one page are two quotes or a slip.
-- bad: quote and variant both from the-national-2024-12-07
-- good: quote from the-national-2024-12-07, variant from reuters-2024-12-07
-- hint: Name the source that prints the variant, or enter it as a quote of its own.
select
  'quote_variants' as table_name,
  v._key as key,
  'source_id' as column_name,
  v.source_id as value,
  format('{} is also the source of the quote {} itself', v.source_id, q.quote_id) as message
from quote_variants v
join quotes q on q.quote_id = v.quote_id
join sources s on s.source_id = v.source_id
where v.source_id = q.source_id
