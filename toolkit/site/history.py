"""What became of each row from one release to the next."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from toolkit.diff import Difference, NotOpened, Row, RowKind, TableDiff
from toolkit.diff.compare import compare_sides
from toolkit.diff.reports import render_html
from toolkit.diff.version import Version
from toolkit.findings import escape
from toolkit.package import Package
from toolkit.package.opened import Opened, open_package
from toolkit.release.about import about
from toolkit.site.errors import NoSite
from toolkit.site.tables import Columns
from toolkit.tables import silent

# Rows of each kind that the page of changes lists of each table, as `toolkit build` does.
_LISTED = 200


class Past(NamedTuple):
    """A release: its version, and the day of which it says that it was made, empty if none."""

    version: str
    date: str


class Change(NamedTuple):
    """What a release changed in a row against the one before.

    ``key`` is the primary key, of a renamed row the new one. A row that came, went or was renamed
    as a whole has no ``field``; ``before`` and ``after`` are cells as text, None if empty, and of a
    renamed row the keys.
    """

    version: str
    table: str
    key: str
    kind: str
    field: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class History:
    """The releases up to this one, the oldest first, and every change of a row.

    ``page`` tells as HTML what changed since the last release before; empty if none was given.
    """

    releases: tuple[Past, ...]
    changes: tuple[Change, ...] = ()
    page: str = ""

    @property
    def columns(self) -> Columns:
        """The changes by column."""
        return {
            name: [change[index] for change in self.changes]
            for index, name in enumerate(Change._fields)
        }


def read_history(
    previous: Sequence[str], current: Path, progress: Callable[[str], None] = silent
) -> History:
    """Compare the releases named in ``previous``, in whatever order, and the current one in turn.

    Each is a folder, a zip or a git revision. Raises NoSite.
    """
    with ExitStack() as stack:
        try:
            now = stack.enter_context(open_package(str(current)))
            before = [stack.enter_context(open_package(one)) for one in previous]
            sides = _in_order(before, now)
            changes: list[Change] = []
            page = ""
            for old, new in itertools.pairwise(sides):
                progress(f"comparing {old.package.version} with {new.package.version}")
                found = compare_sides(old, new, limit=0)
                changes += _changes(found)
                page = render_html(found, limit=_LISTED)
        except NotOpened as error:
            raise NoSite(str(error)) from None
    releases = tuple(_past(side.package) for side in sides)
    return History(releases, tuple(changes), page)


def _past(package: Package) -> Past:
    stated = about(package)
    return Past(stated.version, stated.created)


def _in_order(before: Sequence[Opened], now: Opened) -> list[Opened]:
    """Return the releases from the oldest on, which must be of one package, the current one last.

    They are called by name and version in what is written, wherever they were found.
    """
    versions: dict[Version, Opened] = {}
    for side in (*before, now):
        label = escape(side.label)
        if side.package.name != now.package.name:
            names = f"{escape(side.package.name)}, not of {escape(now.package.name)}"
            raise NoSite(f"{label} is a release of {names}")
        version = Version.parse(side.package.version)
        if version is None:
            if not before:
                return [now]
            raise NoSite(f"the version of {label} should be three numbers, as 1.2.3")
        if version in versions:
            raise NoSite(f"{label} and {escape(versions[version].label)} are both {version}")
        versions[version] = side
    sides = [dataclasses.replace(versions[one], label="") for one in sorted(versions)]
    if sides[-1].package is not now.package:
        newest = escape(sides[-1].package.version)
        raise NoSite(f"{newest} is not before {escape(now.package.version)}, which is shown")
    return sides


def _changes(found: Difference) -> Iterator[Change]:
    for skipped in found.skipped:
        state = getattr(found, skipped.side)
        place = f"{escape(skipped.table)} of {escape(state.version)}"
        raise NoSite(f"{place} cannot be compared: {escape(skipped.reason)}")
    for table in found.touched:
        # Without a key it cannot be told which row became which.
        if table.key:
            for row in sorted(table.rows, key=lambda row: (row.new_key or row.key, row.kind)):
                yield from _of_row(found.new.version, table, row)


def _of_row(version: str, table: TableDiff, row: Row) -> Iterator[Change]:
    key, changed = row.new_key or row.key, RowKind.CHANGED.value
    if row.kind == RowKind.RENAMED:
        yield Change(version, table.name, key, row.kind.value, None, row.key, row.new_key)
    if row.kind in (RowKind.RENAMED, RowKind.CHANGED):
        for one in row.cells:
            yield Change(version, table.name, key, changed, one.field, one.old, one.new)
    else:
        yield Change(version, table.name, key, row.kind.value, None, None, None)
