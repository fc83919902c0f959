"""What the validator finds after a change and did not find before it.

Rows move, so that findings are matched by rule, table, key, field and value and not by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from toolkit.findings import Finding, Group, Report, Severity
from toolkit.review.model import Findings

# Findings kept of those that are new, and of those that are mended.
_KEPT = 500
_NUMBER = re.compile(r"\d+")

Identity = tuple[str | None, ...]
Kind = tuple[str, str, str | None, str | None]
Renamed = Mapping[tuple[str, str], str]


def compare_findings(old: Report, new: Report, renamed: Renamed) -> Findings:
    """Return which findings are new, and which are gone.

    ``renamed`` has the new key of each row that was renamed, by table and old key.
    """
    before, after = _kinds(old), _kinds(new)
    fresh: list[Finding] = []
    gone: list[Finding] = []
    counts = dict.fromkeys(Severity, 0)
    mended = 0
    for kind in before.keys() | after.keys():
        one, two = before.get(kind), after.get(kind)
        added, removed = _match(_listed(one), _listed(two), renamed)
        numbers = len(added), len(removed)
        if any(side and side.count > len(side.findings) for side in (one, two)):
            # Too many to match one by one: their numbers are held against each other.
            more = (two.count if two else 0) - (one.count if one else 0)
            numbers = max(more, 0), max(-more, 0)
            added, removed = added[: numbers[0]], removed[: numbers[1]]
        if two:
            counts[two.severity] += numbers[0]
        mended += numbers[1]
        fresh += added
        gone += removed
    total = sum(new.totals.values())
    return Findings(
        new=_worst(fresh),
        counts=counts,
        old=total - sum(counts.values()),
        mended=_worst(gone),
        mended_count=mended,
    )


def _kinds(report: Report) -> dict[Kind, Group]:
    return {(one.rule, one.file, one.table, one.column): one for one in report.groups}


def _listed(group: Group | None) -> tuple[Finding, ...]:
    return group.findings if group else ()


def _match(
    old: Iterable[Finding], new: Iterable[Finding], renamed: Renamed
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings of the new side without a twin, and those of the old side."""
    left = Counter(_identity(one, renamed) for one in old)
    added = []
    for finding in new:
        identity = _identity(finding, {})
        if left[identity]:
            left[identity] -= 1
        else:
            added.append(finding)
    removed = []
    # Of several that are alike the last ones are taken for those that are gone.
    for finding in reversed(list(old)):
        identity = _identity(finding, renamed)
        if left[identity]:
            left[identity] -= 1
            removed.append(finding)
    return added, removed


def _identity(finding: Finding, renamed: Renamed) -> Identity:
    """Return what makes two findings the same: of a row its key, of anything else the message."""
    key = finding.key
    if key is not None:
        key = renamed.get((finding.table or "", key), key)
    message = None
    if key is None:
        # Numbers in what is said of a row may be those of lines, which move.
        message = _NUMBER.sub("0", finding.message) if finding.record else finding.message
    return (finding.rule, finding.file, finding.table, key, finding.column, finding.value, message)


def _worst(findings: list[Finding]) -> tuple[Finding, ...]:
    found = sorted(findings, key=lambda one: (one.severity.rank, one.order))
    return tuple(found[:_KEPT])
