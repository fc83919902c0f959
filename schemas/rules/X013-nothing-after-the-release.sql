-- title: No source is dated after the package
-- severity: error
-- what: Compares published and accessed with the day on which the package says that it was created.
-- why: A date in the future is a mistyped one.
-- bad: accessed 2036-11-22 in a package created on 2026-11-22
-- good: accessed 2026-11-22 in a package created on 2026-11-22
-- hint: Mend the date, or bring the package's created up to date.
select
  'sources' as table_name,
  s.source_id as key,
  case when s.published > p.created then 'published' else 'accessed' end as column_name,
  case when s.published > p.created then s.published else s.accessed end::varchar as value,
  format(
    'the source is dated {}, after the package, which was created on {}',
    case when s.published > p.created then s.published else s.accessed end, p.created
  ) as message
from sources s
cross join meta.package p
where s.published > p.created
  or s.accessed > p.created
