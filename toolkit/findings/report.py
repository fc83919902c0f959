"""What a run found, and what it looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.findings.finding import Finding, Rule, Severity


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
    """The result of a run: every finding in order, rows per table, and the result of each rule."""

    package: str
    version: str
    findings: tuple[Finding, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    results: tuple[RuleResult, ...] = ()

    @property
    def tables(self) -> list[str]:
        """Every table that was read or that a finding names."""
        named = {finding.table: 0 for finding in self.findings if finding.table}
        return list(self.rows | named)

    def only(self, codes: tuple[str, ...], tables: tuple[str, ...], severity: str) -> Report:
        """Return the report cut down; an empty tuple cuts nothing.

        Kept are rules that begin with one of ``codes``, findings about ``tables``, and findings at
        least as severe as ``severity``.
        """
        rank = Severity(severity).rank

        def wanted(code: str) -> bool:
            return not codes or code.startswith(codes)

        findings = tuple(
            finding
            for finding in self.findings
            if wanted(finding.rule)
            and (not tables or finding.table in tables)
            and finding.severity.rank <= rank
        )
        results = tuple(result for result in self.results if wanted(result.rule.code))
        return replace(self, findings=findings, results=results)

    @property
    def totals(self) -> dict[Severity, int]:
        """Number of findings per severity, zeros included."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in Severity}

    def fails(self, *, strict: bool = False) -> bool:
        """Whether the run failed: any error or, if ``strict``, any warning."""
        limit = Severity.WARNING if strict else Severity.ERROR
        return any(finding.severity.rank <= limit.rank for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a dictionary of JSON values."""
        return {
            "package": self.package,
            "version": self.version,
            "rows": self.rows,
            "totals": {str(severity): count for severity, count in self.totals.items()},
            "findings": [finding.to_dict() for finding in self.findings],
            "rules": [result.to_dict() for result in self.results],
        }
