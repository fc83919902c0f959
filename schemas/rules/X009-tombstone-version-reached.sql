-- title: A tombstone names no version of the future
-- severity: error
-- what: Compares the version of each tombstone with the version of the package.
-- why: The tombstone says since when the identifier is gone; a version that does not exist cannot
--   be looked up.
-- bad: tombstone of version 2.0.0 in a package of version 1.3.0
-- good: tombstone of version 1.3.0 in a package of version 1.3.0
-- hint: Enter the version in which the row is first missing, or raise the version of the package.
with numbered as (
  select
    t._key,
    t.version,
    p.version as package_version,
    try_cast(string_split(t.version, '.') as bigint[]) as given,
    try_cast(string_split(split_part(split_part(p.version, '-', 1), '+', 1), '.') as bigint[])
      as reached
  from tombstones t
  cross join meta.package p
)
select
  'tombstones' as table_name,
  _key as key,
  'version' as column_name,
  version as value,
  format('version {} is later than the package, which is {}', version, package_version) as message
from numbered
where given > reached
