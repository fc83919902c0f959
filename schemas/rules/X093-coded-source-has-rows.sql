-- title: A fully coded source has reports or quotes
-- severity: warning
-- what: Looks for reports, quotes and variants of each source whose coding is full.
-- why: Absence of rows is read as absence from the text; without any row, the coding was probably
--   not done.
-- bad: coding full, no report and no quote
-- good: coding full, one report
-- hint: Enter the rows, set coding to none or part, or remove a source that says nothing on the
--   subject.
with uses(source_id) as (
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
  format('{} is fully coded but has neither a report nor a quote', s.source_id) as message
from sources s
where s.coding = 'full'
  and s.text_seen <> 'none'
  and not exists (
    from uses u
    where u.source_id = s.source_id
  )
  and not exists (
    from uses u
    anti join sources x on x.source_id = u.source_id
  )
