"""What differs between two states of a package, as plain frozen objects.

Totals are exact; of rows the first are kept (`toolkit.diff.compare`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class RowKind(StrEnum):
    """What became of a row. A renamed row is found through its tombstone."""

    REMOVED = "removed"
    ADDED = "added"
    RENAMED = "renamed"
    CHANGED = "changed"


class Kind(StrEnum):
    """What became of a part of the contract."""

    PACKAGE_CHANGED = "package-changed"
    TABLE_REMOVED = "table-removed"
    TABLE_ADDED = "table-added"
    TABLE_CHANGED = "table-changed"
    KEY_CHANGED = "key-changed"
    FIELD_REMOVED = "field-removed"
    FIELD_ADDED = "field-added"
    FIELD_RETYPED = "field-retyped"
    FIELD_CHANGED = "field-changed"
    FIELDS_REORDERED = "fields-reordered"
    CODELIST_REMOVED = "codelist-removed"
    CODELIST_ADDED = "codelist-added"
    CODE_REMOVED = "code-removed"
    CODE_ADDED = "code-added"
    CODE_CHANGED = "code-changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the contract.

    ``place`` is the table or code list, empty for the package; ``name`` the field, key or code in
    it; ``what`` the property that changed. ``old`` and ``new`` are its values as text (a text as it
    stands, anything else as JSON), None where there is none.
    """

    kind: Kind
    place: str = ""
    name: str = ""
    what: str = ""
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell whose value changed; None is an empty cell."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that differs.

    ``key`` is the primary key as text, its parts joined by ``|``, empty for a table without one;
    ``title`` is what the row is called, empty where nothing tells. ``cells`` are the filled cells
    of a row that was added or removed, and those that changed of any other. ``new_key`` is the key
    of a renamed row now. ``successor`` is what the tombstone of a removed row names, and
    ``tombstone`` tells whether it has one.
    """

    kind: RowKind
    key: str
    title: str
    cells: tuple[Cell, ...]
    new_key: str = ""
    successor: str = ""
    tombstone: bool = False


@dataclass(frozen=True, slots=True)
class TableDiff:
    """The rows of a table that both sides have.

    ``counts`` has every kind; ``cells`` counts changed cells by field. ``key`` names the fields by
    which rows were matched, none where rows were compared as a whole. ``without_tombstone`` counts
    the removed rows that have none.
    """

    name: str
    key: tuple[str, ...]
    old_rows: int
    new_rows: int
    counts: dict[RowKind, int]
    cells: dict[str, int]
    rows: tuple[Row, ...]
    without_tombstone: int = 0

    @property
    def total(self) -> int:
        """Number of rows that differ."""
        return sum(self.counts.values())

    def left_out(self, kind: RowKind, limit: int) -> int:
        """Return how many rows of a kind are not listed when ``limit`` are (0: all kept ones)."""
        kept = sum(row.kind == kind for row in self.rows)
        return self.counts[kind] - (min(kept, limit) if limit else kept)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A table that could not be compared, and why."""

    table: str
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """One side of a comparison: how it was asked for, and what its descriptor says it is."""

    label: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything in which the new state differs from the old one.

    ``tombstones`` tells which tables have rows in a table of tombstones, or may have them.
    """

    old: State
    new: State
    changes: tuple[Change, ...] = ()
    tables: tuple[TableDiff, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    tombstones: frozenset[str] = field(default_factory=frozenset)

    @property
    def same(self) -> bool:
        """Whether nothing differs and nothing was skipped."""
        return not (self.changes or self.skipped or any(table.total for table in self.tables))

    @property
    def touched(self) -> tuple[TableDiff, ...]:
        """The tables with rows that differ."""
        return tuple(table for table in self.tables if table.total)

    def of(self, *kinds: Kind) -> Iterator[Change]:
        """Yield the changes of the contract that are of one of these kinds."""
        return (change for change in self.changes if change.kind in kinds)
