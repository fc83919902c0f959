"""What a run found, and what it looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from toolkit.findings.finding import COLUMNS, Finding, Rule, Severity

if TYPE_CHECKING:
    import polars as pl

_NUMBERS = ("record", "line", "character")

Kind = tuple[str, Severity, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one kind: of one rule, about one column of one file.

    ``count`` is exact. ``findings`` holds the first of them in the order of the file, all of them
    unless the run was told to keep fewer.
    """

    rule: str
    severity: Severity
    file: str
    table: str | None
    column: str | None
    count: int
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the kind and its counts as a dictionary of JSON values."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "file": self.file,
            "table": self.table,
            "column": self.column,
            "count": self.count,
            "listed": len(self.findings),
        }


class Collector:
    """Gathers the findings of a run: exact counts, and of each kind the first ``limit``.

    A file with a million faults must not fill the memory. 0 keeps every finding. ``waived`` tells
    which findings do not count.
    """

    def __init__(self, limit: int = 0, waived: Callable[[Finding], bool] | None = None) -> None:
        self._limit = limit
        self._waived = waived
        self._counts: Counter[Kind] = Counter()
        self._kept: dict[Kind, list[Finding]] = {}

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it if it is among the first of its kind."""
        if self._waived and self._waived(finding):
            return
        kind = (finding.rule, finding.severity, finding.file, finding.table, finding.column)
        self._counts[kind] += 1
        kept = self._kept.setdefault(kind, [])
        kept.append(finding)
        if self._limit and len(kept) >= 2 * self._limit:
            # They come nearly in order; those that do not are put into it before any is dropped.
            kept.sort(key=_in_file)
            del kept[self._limit :]

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings one by one."""
        for finding in findings:
            self.add(finding)

    def tells(self, letter: str, table: str) -> bool:
        """Whether a finding about a table was added whose rule begins with a letter."""
        return any(kind[0][0] == letter and kind[3] == table for kind in self._counts)

    def groups(self, place: Callable[[list[Finding]], list[Finding]]) -> list[Group]:
        """Return what was gathered, by kind; ``place`` gives findings their physical lines.

        It returns them in the order in which they were given.
        """
        kept = [
            (kind, finding)
            for kind, found in self._kept.items()
            for finding in sorted(found, key=_in_file)[: self._limit or None]
        ]
        placed: dict[Kind, list[Finding]] = {kind: [] for kind in self._kept}
        findings = place([finding for _, finding in kept])
        for (kind, _), finding in zip(kept, findings, strict=True):
            placed[kind].append(finding)
        groups = [
            Group(*kind, self._counts[kind], tuple(sorted(found, key=lambda one: one.order)))
            for kind, found in placed.items()
        ]
        return sorted(groups, key=lambda group: group.findings[0].order)


def _in_file(finding: Finding) -> tuple[int, int, str]:
    return (finding.record or finding.line or 0, finding.position, finding.message)


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How often a rule was applied and with what result.

    ``looked_at`` counts the rows that the rule was held against. ``skipped`` says why a rule did
    not run; it is empty for one that did.
    """

    rule: Rule
    looked_at: int
    findings: int
    waived: int = 0
    skipped: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a dictionary of JSON values."""
        return {
            "rule": self.rule.code,
            "name": self.rule.name,
            "title": self.rule.title,
            "severity": str(self.rule.severity),
            "looked_at": self.looked_at,
            "findings": self.findings,
            "waived": self.waived,
            "skipped": self.skipped or None,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run: the findings by kind, rows per table, and the result of each rule.

    >>> Report("example", "1.0.0").ok
    True
    """

    package: str
    version: str
    groups: tuple[Group, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    results: tuple[RuleResult, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that were kept, ordered by file, line, column and rule.

        Of each kind these are the first ones; ``Group.count`` and ``totals`` tell how many there
        are.
        """
        found = (finding for group in self.groups for finding in group.findings)
        return tuple(sorted(found, key=lambda finding: finding.order))

    @property
    def ok(self) -> bool:
        """Whether nothing was found that fails a run: no error, though there may be warnings."""
        return not self.fails()

    @property
    def tables(self) -> list[str]:
        """Every table that was read or that a finding names."""
        named = {group.table: 0 for group in self.groups if group.table}
        return list(self.rows | named)

    def only(self, codes: tuple[str, ...], tables: tuple[str, ...], severity: str) -> Report:
        """Return the report cut down; an empty tuple cuts nothing.

        Kept are rules that begin with one of ``codes``, findings about ``tables``, and findings at
        least as severe as ``severity``.
        """
        rank = Severity(severity).rank

        def wanted(code: str) -> bool:
            return not codes or code.startswith(codes)

        groups = tuple(
            group
            for group in self.groups
            if wanted(group.rule)
            and (not tables or group.table in tables)
            and group.severity.rank <= rank
        )
        results = tuple(result for result in self.results if wanted(result.rule.code))
        return replace(self, groups=groups, results=results)

    @property
    def totals(self) -> dict[Severity, int]:
        """Number of findings per severity, zeros included; exact, whatever was kept."""
        counts: Counter[Severity] = Counter()
        for group in self.groups:
            counts[group.severity] += group.count
        return {severity: counts[severity] for severity in Severity}

    def fails(self, *, strict: bool = False) -> bool:
        """Whether the run failed: any error or, if ``strict``, any warning."""
        limit = Severity.WARNING if strict else Severity.ERROR
        return any(group.severity.rank <= limit.rank for group in self.groups)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a dictionary of JSON values."""
        return {
            "package": self.package,
            "version": self.version,
            "rows": self.rows,
            "totals": {str(severity): count for severity, count in self.totals.items()},
            "groups": [group.to_dict() for group in self.groups],
            "findings": self.to_dicts(),
            "rules": [result.to_dict() for result in self.results],
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each finding that was kept as a dictionary of JSON values, in order."""
        return [finding.to_dict() for finding in self.findings]

    def to_polars(self) -> pl.DataFrame:
        """Return the findings that were kept as a data frame, a row each, in order.

        The columns are those of `to_dicts`; record, line and character are integers, all
        others are text.
        """
        import polars

        types = {name: polars.Int64 if name in _NUMBERS else polars.String for name in COLUMNS}
        return polars.DataFrame(self.to_dicts(), schema=types)
