-- title: Words are taken from a text that was read
-- severity: error
-- what: Looks up the source of each quote and each variant; text_seen must not be none.
-- why: A quotation is verbatim or nothing; nobody can quote from a page that was not read.
-- bad: quote from a source with text_seen none
-- good: quote from a source with text_seen excerpt
-- hint: Read the source and record it, or quote from the page that was read.
select
  'quotes' as table_name,
  q.quote_id as key,
  'source_id' as column_name,
  q.source_id as value,
  format('{} was not read (text_seen is none)', q.source_id) as message
from quotes q
join sources s on s.source_id = q.source_id
where s.text_seen = 'none'
union all
select
  'quote_variants',
  v._key,
  'source_id',
  v.source_id,
  format('{} was not read (text_seen is none)', v.source_id)
from quote_variants v
join sources s on s.source_id = v.source_id
where s.text_seen = 'none'
