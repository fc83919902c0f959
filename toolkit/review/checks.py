"""What changed in that which checks and reads the data: rules, waivers, views and queries.

A change that takes a rule away, or waives what it finds, has no new findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from toolkit.checks.waivers import granted
from toolkit.diff.model import RowKind
from toolkit.findings import Rule, Severity
from toolkit.package import Package
from toolkit.review.model import Check


class _Thing(NamedTuple):
    """The text by which two states are told apart, and a few words on what it is."""

    text: str
    words: str


Things = Mapping[str, _Thing]


def changed_checks(old: Package, new: Package) -> tuple[Check, ...]:
    """Return the rules, waivers, views and queries that differ: removed, added, changed."""
    found: list[Check] = []
    for what, before, after in zip(
        ("rule", "waiver", "view", "query", "review query"), _all(old), _all(new), strict=True
    ):
        found += _differing(what, before, after)
    return tuple(found)


def _all(package: Package) -> Iterator[Things]:
    yield _rules(package)
    yield {
        f"{one.rule} of {one.table} {one.key}": _Thing(
            f"{one.reason}|{one.until}", f"until {one.until}: {one.reason}"
        )
        for one in granted(package)
    }
    yield {one.name: _Thing(one.sql, one.title) for one in package.views}
    yield {one.name: _Thing(one.sql, one.title) for one in package.queries}
    yield {one.name: _Thing(one.sql, one.title) for one in package.review_queries}


def _rules(package: Package) -> Things:
    def thing(rule: Rule, text: str) -> _Thing:
        weight = f" ({rule.severity})" if rule.severity != Severity.ERROR else ""
        return _Thing(f"{rule.severity}|{text}", rule.title + weight)

    queries = {one.rule.code: thing(one.rule, one.sql) for one in package.query_rules}
    rows = {one.rule.code: thing(one.rule, one.expression) for one in package.row_rules}
    return queries | rows


def _differing(what: str, old: Things, new: Things) -> Iterator[Check]:
    for name in sorted(old.keys() - new.keys()):
        yield Check(RowKind.REMOVED, what, name, old[name].words)
    for name in sorted(new.keys() - old.keys()):
        yield Check(RowKind.ADDED, what, name, new[name].words)
    for name in sorted(old.keys() & new.keys()):
        if old[name].text != new[name].text:
            yield Check(RowKind.CHANGED, what, name, new[name].words)
