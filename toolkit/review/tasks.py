"""What a reviewer should look at: what the toolkit tells of any package, then what queries tell."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.diff.model import RowKind
from toolkit.package import Show
from toolkit.review.model import Check, Removed, Task
from toolkit.review.sides import Sides

_CHECKS = "Checks"
# Reasons that are kept of a task.
_REASONS = 100
# Sorts of checks that can hide what is wrong, and what to do with each.
_LOOK = {
    ("rule", RowKind.REMOVED): "A rule was taken away; what it found is found no more",
    ("rule", RowKind.CHANGED): "A rule was changed; it may find less than before",
    ("waiver", RowKind.ADDED): "A finding is waived",
    ("waiver", RowKind.CHANGED): "A waiver was changed",
    ("review query", RowKind.REMOVED): "A review query was taken away; its rows are not shown",
    ("review query", RowKind.CHANGED): "A review query was changed; it may show less than before",
}


def tasks(
    sides: Sides, checks: tuple[Check, ...], removed: tuple[Removed, ...]
) -> tuple[Task, ...]:
    """Return the tasks, those about one thing at one address as one."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for title, text, url, why in [*_general(checks, removed), *_told(sides)]:
        reasons = found.setdefault((title, text, url), {})
        if why:
            reasons[why] = None
    return tuple(Task(*named, _some(list(reasons))) for named, reasons in found.items())


def _some(reasons: list[str]) -> tuple[str, ...]:
    left = len(reasons) - _REASONS
    more = [f"and {left:,} more"] if left > 0 else []
    return tuple(reasons[:_REASONS] + more)


def _general(
    checks: tuple[Check, ...], removed: tuple[Removed, ...]
) -> Iterator[tuple[str, str, str, str]]:
    for one in checks:
        if text := _LOOK.get((one.what, one.kind)):
            yield _CHECKS, text, "", f"{one.name} {one.words}".strip()
    for gone in removed:
        text = "Identifiers are gone; whoever cites them finds nothing"
        yield _CHECKS, text, "", f"{gone.table}: {gone.count:,}"


def _told(sides: Sides) -> Iterator[tuple[str, str, str, str]]:
    """Yield the rows of checklists that the old side has not."""
    for query, before, after in sides.of(Show.CHECKLIST):
        known = set(before.rows)
        for row in after.rows:
            if row not in known:
                _, text, url, why = (cell or "" for cell in row)
                yield query.title, text, url, why
