-- title: The successor of a removed identifier exists
-- severity: error
-- what: Looks up replaced_by among the living rows of the same table and among its tombstones.
-- why: A pointer to nothing breaks the promise that each published identifier can be followed.
-- bad: hama-fell replaced by hama-capturd (mistyped)
-- good: hama-fell replaced by hama-captured
-- hint: Name a living row or another tombstone of the same table, or leave the cell empty.
select
  'tombstones' as table_name,
  t._key as key,
  'replaced_by' as column_name,
  t.replaced_by as value,
  format('{} holds neither a row nor a tombstone {}', t.table_name, t.replaced_by) as message
from tombstones t
where t.replaced_by <> t.id
  and t.table_name in (select code from codelists.identified_table)
  and not exists (
    from identifiers l
    where l.table_name = t.table_name and l.id = t.replaced_by
  )
  and not exists (
    from tombstones o
    where o.table_name = t.table_name and o.id = t.replaced_by
  )
