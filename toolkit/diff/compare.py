"""Two states of a package, compared: their contracts, and the rows of their tables."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.diff.model import Difference, State
from toolkit.diff.pair import open_pair
from toolkit.diff.rows import compare_rows
from toolkit.diff.schemas import contract_changes, tables_of
from toolkit.diff.tombstones import marked_tables, read_tombstones, tables_of_tombstones
from toolkit.findings import escape
from toolkit.package.opened import NotOpened, Opened, open_package
from toolkit.tables import silent

# Rows kept of each kind in each table, where nothing else is asked for.
LIMIT = 1_000


def compare(
    old: str,
    new: str = ".",
    *,
    tables: tuple[str, ...] = (),
    limit: int = LIMIT,
    progress: Callable[[str], None] = silent,
) -> Difference:
    """Return how ``new`` differs from ``old``: folders, descriptors, zips or git revisions.

    ``tables`` cuts the comparison down to these; ``limit`` is how many rows of each kind are kept
    of each table, 0 for all. Raises NotOpened.
    """
    with open_package(old) as before, open_package(new) as after:
        return compare_sides(before, after, tables=tables, limit=limit, progress=progress)


def compare_sides(
    old: Opened,
    new: Opened,
    *,
    tables: tuple[str, ...] = (),
    limit: int = LIMIT,
    progress: Callable[[str], None] = silent,
) -> Difference:
    """Return how one open side differs from another; as `compare`."""
    listed = [tables_of(side.package) for side in (old, new)]
    known = list(dict.fromkeys([*listed[1], *listed[0]]))
    for table in tables:
        if table not in known:
            there = escape(", ".join(known) or "none", 400)
            raise NotOpened(f"no table {escape(table)}; there are {there}")
    names = [name for name in listed[1] if name in listed[0] and (not tables or name in tables)]
    changes = tuple(
        change
        for change in contract_changes(old.package, new.package)
        if not tables or change.place in tables
    )
    marking = tables_of_tombstones(new.package)
    with open_pair(old, new, names, marking, progress) as pair:
        tombstones = read_tombstones(pair, new.package)
        found = []
        for one in pair.tables:
            progress(f"comparing {one.name}")
            found.append(compare_rows(pair, one, tombstones, limit))
        skipped = pair.skipped
    return Difference(
        old=_state(old),
        new=_state(new),
        changes=changes,
        tables=tuple(found),
        skipped=skipped,
        tombstones=marked_tables(new.package),
    )


def _state(side: Opened) -> State:
    return State(side.label, side.package.name, side.package.version)
