"""A whole run: read the package, hold every rule against it, and report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.checks.constraints import constraint_findings
from toolkit.checks.fields import CONSTRAINT_RULES
from toolkit.checks.keys import key_findings
from toolkit.checks.rules import QueryResult, run_query
from toolkit.checks.waivers import apply_waivers
from toolkit.findings import Finding, Report, Rule, RuleResult, builtin_rules
from toolkit.package import Package, load_package
from toolkit.tables import TYPE_RULES, Database, Table, open_database, with_places


def validate(path: str | Path) -> Report:
    """Validate the data package at ``path`` (a folder or a descriptor) and return the report.

    Faults of the package are findings; OSError is raised only if ``path`` does not exist.
    """
    with checked_database(path) as (_, report):
        return report


@contextmanager
def checked_database(path: str | Path) -> Iterator[tuple[Database, Report]]:
    """Validate a package and keep its typed tables open for what comes next."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    package, findings = load_package(path)
    with open_database(package) as database:
        yield database, _check(database, findings)


def _check(database: Database, findings: list[Finding]) -> Report:
    package = database.package
    findings += database.findings
    for table in database.tables.values():
        findings += constraint_findings(database.con, table)
    for table in database.tables.values():
        findings += key_findings(database, table)
    queries = {rule.rule.code: run_query(database, rule) for rule in package.query_rules}
    for result in queries.values():
        findings += result.findings
    kept, waived = apply_waivers(package, findings)
    placed = sorted(_placed(package, kept), key=lambda finding: finding.order)
    return Report(
        package=package.name,
        version=package.version,
        findings=tuple(placed),
        rows={table.name: table.rows for table in database.tables.values()},
        results=tuple(_results(database, queries, placed, waived)),
    )


def _placed(package: Package, findings: list[Finding]) -> Iterator[Finding]:
    """Give every finding about a row its physical line."""
    resources = {resource.path: resource for resource in package.resources}
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    for file, group in by_file.items():
        resource = resources.get(file)
        yield from with_places(group, resource) if resource else group


def _results(
    database: Database,
    queries: dict[str, QueryResult],
    findings: Iterable[Finding],
    waived: Counter[str],
) -> Iterator[RuleResult]:
    counts = Counter(finding.rule for finding in findings)
    tables = list(database.tables.values())
    for rule in builtin_rules().values():
        looked_at = _looked_at(rule, tables, len(database.package.resources))
        yield RuleResult(rule, looked_at, counts[rule.code], waived[rule.code])
    for row_rule in database.package.row_rules:
        rule = row_rule.rule
        looked_at = sum(table.rows for table in tables if row_rule in table.schema.rules)
        yield RuleResult(rule, looked_at, counts[rule.code], waived[rule.code])
    for query_rule in database.package.query_rules:
        rule, result = query_rule.rule, queries[query_rule.rule.code]
        looked_at, skipped = result.looked_at, result.skipped
        yield RuleResult(rule, looked_at, counts[rule.code], waived[rule.code], skipped)


def _looked_at(rule: Rule, tables: list[Table], resources: int) -> int:
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
