"""The review of a change: both states compared, checked and asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from toolkit.diff.compare import compare_sides
from toolkit.diff.model import Difference, RowKind
from toolkit.diff.tags import last_version
from toolkit.package.git import GitFailed, run_git
from toolkit.package.opened import NotOpened, open_package
from toolkit.review.alike import duplicates
from toolkit.review.checks import changed_checks
from toolkit.review.findings import compare_findings
from toolkit.review.measures import shifts
from toolkit.review.model import Removed, Review
from toolkit.review.sections import Sections
from toolkit.review.sides import open_sides
from toolkit.review.tasks import tasks
from toolkit.review.version import version_need
from toolkit.review.words import Words
from toolkit.tables import silent

# Rows kept of each kind in each table, and shifts, duplicates and tasks.
KEPT = 500


def review(base: str, head: str = ".", *, progress: Callable[[str], None] = silent) -> Review:
    """Return what the change from ``base`` to ``head`` does.

    Each is a folder, a descriptor, a zip or a git revision of the repository of the current folder.
    Raises NotOpened.
    """
    with open_package(base) as old, open_package(head) as new:
        difference = compare_sides(old, new, limit=KEPT, progress=progress)
        with open_sides(old, new, progress) as sides:
            progress("putting it into words")
            words = Words(sides, difference)
            renamed = _renamed(difference)
            removed = tuple(_removed(difference))
            checks = changed_checks(old.package, new.package)
            shifted = tuple(shifts(sides, renamed))
            alike = duplicates(sides, difference)
            todo = tasks(sides, checks, removed)
            return Review(
                old=difference.old,
                new=difference.new,
                findings=compare_findings(sides.old.report, sides.new.report, renamed),
                version=version_need(old, new, difference, _published(base)),
                sections=Sections(sides, difference, words, renamed).all(),
                removed=removed,
                changes=difference.changes,
                checks=checks,
                skipped=difference.skipped,
                notes=sides.faults,
                shifts=shifted[:KEPT],
                duplicates=alike[:KEPT],
                tasks=todo[:KEPT],
                left_out={
                    "shifts": len(shifted[KEPT:]),
                    "duplicates": len(alike[KEPT:]),
                    "tasks": len(todo[KEPT:]),
                },
            )


def merge_base(base: str, head: str | None, here: Path = Path()) -> str:
    """Return the commit at which ``head``, or the working tree, left ``base``.

    Raises NotOpened if there is none, or if one of them is no revision.
    """
    named = [base, "HEAD" if head is None else head]
    if any(one.startswith("-") for one in named):
        raise NotOpened("a revision does not begin with a hyphen")
    try:
        return run_git(here, "merge-base", *named).decode("ascii").strip()
    except GitFailed:
        raise NotOpened(
            "the commit at which they parted cannot be told; both must be revisions of this "
            "repository, whole with their history"
        ) from None


def _published(base: str) -> str | None:
    """Return the version last published in the history of a revision, or None of anything else."""
    if Path(base).exists():
        return None
    try:
        return last_version(Path(), base).removeprefix("refs/tags/").removeprefix("v")
    except NotOpened:
        return ""


def _renamed(difference: Difference) -> dict[tuple[str, str], str]:
    return {
        (table.name, row.key): row.new_key
        for table in difference.tables
        for row in table.rows
        if row.new_key
    }


def _removed(difference: Difference) -> list[Removed]:
    found = []
    for table in difference.tables:
        if table.name in difference.tombstones and table.without_tombstone:
            rows = (row for row in table.rows if row.kind == RowKind.REMOVED and not row.tombstone)
            found.append(
                Removed(table.name, tuple(row.key for row in rows), table.without_tombstone)
            )
    return found
