"""What of a report is shown first, what is summed up, and how its files are named."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

from toolkit.findings import Finding, Group, Report, Rule, Severity, escape

# Columns named in a line that sums up findings.
_COLUMNS = 3


def left_out(report: Report, shown: int) -> int:
    """Return how many findings there are beside the ``shown`` ones."""
    return sum(report.totals.values()) - shown


def causes_first(report: Report) -> list[Finding]:
    """Return the findings in order, those about the descriptor first: they cause others."""
    return sorted(report.findings, key=lambda finding: not finding.rule.startswith("D"))


def first(report: Report, limit: int) -> Iterator[tuple[Finding, int]]:
    """Yield the first ``limit`` findings of each kind, all if it is 0, causes first.

    With each comes how many of its kind are left out after it.
    """
    more: dict[int, int] = {}
    for group in report.groups:
        kept = group.findings[: limit or None]
        more |= dict.fromkeys(map(id, kept), 0)
        if kept:
            more[id(kept[-1])] = group.count - len(kept)
    return ((one, more[id(one)]) for one in causes_first(report) if id(one) in more)


def ranked(report: Report) -> list[Finding]:
    """Return the findings, the worst first; of equal ones first one of every fault and column.

    Whoever reads the first few has then seen as many different faults as possible.
    """
    of_rule: Counter[tuple[str, str]] = Counter()
    of_column: Counter[tuple[str, str, str | None]] = Counter()
    ranks = []
    for finding in causes_first(report):
        rule, column = (finding.rule, finding.file), (finding.rule, finding.file, finding.column)
        ranks.append(((finding.severity.rank, of_rule[rule] > 0, of_column[column]), finding))
        of_rule[rule] += 1
        of_column[column] += 1
    return [finding for _, finding in sorted(ranks, key=lambda entry: entry[0])]


def rules(report: Report) -> dict[str, Rule]:
    """Return the rules that the report has results of, by code."""
    return {result.rule.code: result.rule for result in report.results}


@dataclasses.dataclass(frozen=True, slots=True)
class Sum:
    """The findings of one rule in one file, over all its columns."""

    rule: str
    severity: Severity
    file: str
    count: int
    columns: str


def sums(report: Report) -> list[Sum]:
    """Return what was found by rule and file, the most frequent first."""
    by_rule: dict[tuple[str, Severity, str], list[Group]] = {}
    for group in report.groups:
        by_rule.setdefault((group.rule, group.severity, group.file), []).append(group)
    found = [
        Sum(*key, sum(group.count for group in groups), _columns(groups))
        for key, groups in by_rule.items()
    ]
    return sorted(found, key=attrgetter("count"), reverse=True)


def _columns(groups: list[Group]) -> str:
    names = [escape(group.column, 40) for group in groups if group.column]
    more = len(names) - _COLUMNS
    return ", ".join(names[:_COLUMNS]) + (f" and {more:,} more" if more > 0 else "")


def below(report: Report, folder: str) -> Report:
    """Return the report with every file named from where ``folder`` holds the package."""
    if not folder:
        return report

    def moved(groups: tuple[Group, ...]) -> Iterator[Group]:
        for group in groups:
            file = f"{folder}/{group.file}"
            findings = tuple(dataclasses.replace(one, file=file) for one in group.findings)
            yield dataclasses.replace(group, file=file, findings=findings)

    return dataclasses.replace(report, groups=tuple(moved(report.groups)))
