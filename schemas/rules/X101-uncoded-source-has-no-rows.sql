-- title: A source marked as not coded has no rows
-- severity: error
-- what: Looks for reports, quotes and variants of sources that were read and whose coding is none.
-- why: coding tells readers how to take an absence; marked none, these rows count as not there.
-- bad: coding none, three reports
-- good: coding part, three reports
-- hint: Set coding to part or full.
with rows_of(source_id) as (
  select source_id from reports
  union all
  select source_id from quotes
  union all
  select source_id from quote_variants
)
select
  'sources' as table_name,
  s.source_id as key,
  'coding' as column_name,
  s.coding as value,
  format('coding is none, but {} reports, quotes or variants come from it', count(*)) as message
from sources s
join rows_of o on o.source_id = s.source_id
where s.coding = 'none'
  and s.text_seen <> 'none'
group by s.source_id, s.coding
