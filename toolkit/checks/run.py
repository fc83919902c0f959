"""A whole run: read the package, hold every rule against it, and report."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from toolkit.checks.canonical import canonical_findings, with_fixes
from toolkit.checks.constraints import constraint_findings
from toolkit.checks.fields import CONSTRAINT_RULES
from toolkit.checks.keys import broken_keys, key_findings
from toolkit.checks.rules import QueryResult, query_findings, run_query
from toolkit.checks.waivers import Waivers
from toolkit.findings import Collector, Finding, Group, Report, Rule, RuleResult, builtin_rules
from toolkit.package import Package, load_package
from toolkit.tables import TYPE_RULES, Database, Table, open_database, silent, with_places

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Findings kept of each kind (rule, file and column) unless a caller asks for others.
LIMIT = 1000
# Queries that run side by side; of most consistency queries, planning is all the work.
_AT_ONCE = 2

Subject = TypeVar("Subject")
Result = TypeVar("Result")


def validate(
    path: str | Path, *, limit: int = LIMIT, progress: Callable[[str], None] = silent
) -> Report:
    """Validate the data package at ``path`` (a folder or a descriptor) and return the report.

    Of each kind of finding (rule, file and column) the first ``limit`` are kept, all if it is 0;
    counts are exact in any case. ``progress`` is told each step of the run as it begins. Faults of
    the package are findings; OSError is raised only if ``path`` does not exist.
    """
    with checked_database(path, limit=limit, progress=progress) as (_, report):
        return report


@contextmanager
def checked_database(
    path: str | Path, *, limit: int = LIMIT, progress: Callable[[str], None] = silent
) -> Iterator[tuple[Database, Report]]:
    """Validate a package and keep its typed tables open for what comes next."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    package, faults = load_package(path)
    with _checked(package, faults, limit, progress) as found:
        yield found


def validate_package(
    package: Package, *, limit: int = LIMIT, progress: Callable[[str], None] = silent
) -> Report:
    """Validate the tables of a package that is loaded; `validate` says the rest.

    The faults of its metadata, which are known from loading it, are left out.
    """
    with _checked(package, (), limit, progress) as (_, report):
        return report


@contextmanager
def _checked(
    package: Package, faults: Iterable[Finding], limit: int, progress: Callable[[str], None]
) -> Iterator[tuple[Database, Report]]:
    waivers = Waivers(package)
    found = Collector(limit, waivers.covers)
    with ThreadPoolExecutor(max_workers=1) as pool:
        described = pool.submit(_described, faults)
        with open_database(package, found, progress=progress) as database:
            yield database, _check(database, described, waivers, progress)


def _described(faults: Iterable[Finding]) -> list[Finding]:
    """Ask frictionless, and load the other libraries, while DuckDB reads the tables.

    One thread does it all, since two must not import parts of the same library; polars comes first
    because reading needs it.
    """
    import_module("polars")
    found = list(faults)
    import_module("pandera.polars")
    return found


def _check(
    database: Database,
    described: Future[list[Finding]],
    waivers: Waivers,
    progress: Callable[[str], None],
) -> Report:
    package, found = database.package, database.found
    tables = list(database.tables.values())
    with _beside(database) as beside:
        keys = [beside.do(broken_keys, table) for table in tables]
        running = [beside.do(run_query, rule) for rule in package.query_rules]
        found.extend(described.result())
        for table in tables:
            progress(f"checking {table.name}")
            found.extend(constraint_findings(database.con, table))
        for table, broken in zip(tables, keys, strict=True):
            progress(f"checking the keys of {table.name}")
            found.extend(key_findings(database, table, broken.result()))
        progress("running the consistency queries")
        queries = [one.result() for one in running]
    if package.canonical:
        progress("checking the form of the files")
        found.extend(canonical_findings(database))
    for result in queries:
        found.extend(query_findings(database, result))
    found.extend(waivers.findings())
    groups = found.groups(functools.partial(_placed, tables=database.tables))
    return Report(
        package=package.name,
        version=package.version,
        groups=tuple(groups),
        rows={table.name: table.rows for table in database.tables.values()},
        results=tuple(_results(database, queries, groups, waivers.waived)),
    )


def _placed(findings: list[Finding], tables: dict[str, Table]) -> list[Finding]:
    return with_fixes(with_places(findings, tables), tables)


class _Beside:
    """Threads that ask the database while others check; each has a cursor of its own."""

    def __init__(
        self, database: Database, pool: ThreadPoolExecutor, cursors: list[DuckDBPyConnection]
    ) -> None:
        self._database = database
        self._pool = pool
        self._cursors = cursors

    def do(
        self, task: Callable[[DuckDBPyConnection, Database, Subject], Result], subject: Subject
    ) -> Future[Result]:
        """Have a task done on a subject as soon as a thread is free."""

        def run() -> Result:
            cursor = self._cursors.pop()
            try:
                return task(cursor, self._database, subject)
            finally:
                self._cursors.append(cursor)

        return self._pool.submit(run)


@contextmanager
def _beside(database: Database) -> Iterator[_Beside]:
    with ExitStack() as opened:
        cursors = [opened.enter_context(database.con.cursor()) for _ in range(_AT_ONCE)]
        pool = opened.enter_context(ThreadPoolExecutor(max_workers=_AT_ONCE))
        yield _Beside(database, pool, cursors)


def _results(
    database: Database,
    queries: Iterable[QueryResult],
    groups: Iterable[Group],
    waived: Counter[str],
) -> Iterator[RuleResult]:
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.rule] += group.count
    tables = list(database.tables.values())
    for rule in builtin_rules().values():
        if rule.code[0] in "VQ" or (rule.code[0] == "F" and not database.package.canonical):
            # Those are held against releases and copies of sources, or not asked for.
            continue
        rows = looked_at(rule, tables, len(database.package.resources))
        yield RuleResult(rule, rows, counts[rule.code], waived[rule.code])
    for row_rule in database.package.row_rules:
        rule = row_rule.rule
        rows = sum(table.rows for table in tables if row_rule in table.schema.rules)
        yield RuleResult(rule, rows, counts[rule.code], waived[rule.code])
    for result in queries:
        rule, rows, skipped = result.rule.rule, result.looked_at, result.skipped
        yield RuleResult(rule, rows, counts[rule.code], waived[rule.code], skipped)


def looked_at(rule: Rule, tables: list[Table], resources: int) -> int:
    """How many resources (D) or rows (all others) a built-in rule was held against."""
    if rule.code.startswith("D"):
        return resources
    return sum(table.rows for table in tables if _applies(rule.code, table))


def _applies(code: str, table: Table) -> bool:
    schema = table.schema
    constraints = {name for one in schema.fields for name in one.constraints}
    constraints |= {"enum" for one in schema.fields if one.enum is not None}
    if code.startswith("T"):
        return any(TYPE_RULES.get(one.type) == code for one in schema.fields)
    if code.startswith("C"):
        return any(CONSTRAINT_RULES.get(name) == code for name in constraints)
    return {
        "K001": bool(schema.primary_key),
        "K002": bool(schema.primary_key),
        "K003": "unique" in constraints,
        "K004": bool(schema.unique_keys),
        "K005": bool(schema.foreign_keys),
    }.get(code, True)
