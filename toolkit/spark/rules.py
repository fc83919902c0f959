"""The consistency queries of a release, run on Spark, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlglot import exp

from toolkit.checks import LIMIT
from toolkit.checks.rules import COLUMNS
from toolkit.checks.waivers import Waivers
from toolkit.findings import Collector, Finding, Report, RuleResult
from toolkit.package import QueryRule
from toolkit.spark.release import OpenRelease, QueryFailed
from toolkit.spark.syntax import NotTranslated
from toolkit.tables import silent

# Planning is most of the work for small tables, and takes one core.
_AT_ONCE = 2


@dataclass(slots=True)
class RuleRows:
    """What a consistency query returned, as `COLUMNS`. ``skipped`` says why it was not run."""

    rule: QueryRule
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    skipped: str = ""


def run_rule(opened: OpenRelease, rule: QueryRule) -> RuleRows:
    """Run one consistency query."""
    try:
        names, rows = opened.select(rule.sql)
    except (NotTranslated, QueryFailed) as error:
        return RuleRows(rule, skipped=str(error))
    if names != COLUMNS:
        return RuleRows(rule, skipped=f"the columns are {', '.join(names)}")
    return RuleRows(rule, rows)


def check_release(
    opened: OpenRelease, *, limit: int = LIMIT, progress: Callable[[str], None] = silent
) -> Report:
    """Hold a release against its consistency queries.

    Findings name the record of a row, not its line: the CSV files are not read. Of each kind the
    first ``limit`` are kept, all if it is 0.
    """
    package = opened.package
    waivers = Waivers(package)
    found = Collector(limit, waivers.covers)
    progress("running the consistency queries")
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        ran = list(pool.map(lambda rule: run_rule(opened, rule), package.query_rules))
    progress("looking up the rows")
    found.extend(_findings(opened, ran))
    groups = found.groups(list)
    counts = dict.fromkeys((rule.rule.code for rule in package.query_rules), 0)
    for group in groups:
        counts[group.rule] += group.count
    rows = {one.name: opened.count(one.name) for one in package.resources}
    results = []
    for one in ran:
        rule = one.rule.rule
        looked_at = 0 if one.skipped else sum(rows[name] for name in opened.reads(one.rule.sql))
        result = RuleResult(
            rule, looked_at, counts[rule.code], waivers.waived[rule.code], one.skipped
        )
        results.append(result)
    return Report(package.name, package.version, tuple(groups), rows, tuple(results))


def _findings(opened: OpenRelease, ran: list[RuleRows]) -> Iterator[Finding]:
    """Yield a finding for each row; those about no table of the package are left out."""
    rows = [
        (tuple(None if cell is None else str(cell) for cell in row), one.rule)
        for one in ran
        for row in one.rows
    ]
    tables = {resource.name: resource for resource in opened.package.resources}
    known = sorted((row for row in rows if row[0][0] in tables), key=lambda row: str(row[0][0]))
    for name, of_table in groupby(known, key=lambda row: str(row[0][0])):
        found, resource = list(of_table), tables[name]
        records = _records(opened, name, {cells[1] for cells, _ in found if cells[1] is not None})
        fields = resource.schema.names if resource.schema else []
        for (_, key, column, value, message), rule in found:
            yield rule.rule.finding(
                resource.path,
                message or rule.rule.title,
                table=name,
                record=records.get(key or ""),
                key=key,
                column=column,
                position=fields.index(column) + 1 if column in fields else 0,
                value=value,
            )


def _records(opened: OpenRelease, table: str, keys: set[str]) -> dict[str, int]:
    """Return the record in which each key stands first."""
    query = (
        exp.select("_key", exp.func("min", exp.column("_record")))
        .from_(exp.table_(table, quoted=True))
        .where(exp.column("_key").isin(*sorted(keys)))
        .group_by("_key")
    )
    return dict(opened.select(query.sql("duckdb"))[1]) if keys else {}
