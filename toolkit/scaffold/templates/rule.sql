-- title: No table is empty
-- severity: error
-- what: Counts the rows of every table that had some when the package was made.
-- why: A file that lost its rows, by a failed export or a slip in an editor, would pass every check
--   of rows.
-- bad: data/@@{table}.csv holds its header and nothing else
-- good: data/@@{table}.csv holds its header and rows
-- hint: Restore the rows, or take the table out of datapackage.json and of this rule.

-- A consistency query selects what is wrong: a row for each fault, with the five columns below, and
-- no row if all is well. This one is a beginning. Write others beside it (X002-….sql) for what must
-- hold between rows and tables: dates in order, parts that add up, a row for each year. `key` is
-- the primary key of the row at fault, by which its line is found.
with counted(table_name, row_count) as (
  values
    @@{counts}
)
select
  table_name,
  null as key,
  null as column_name,
  null as value,
  'the table has no rows' as message
from counted
where row_count = 0
