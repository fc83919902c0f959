"""What a review of a change says, as plain frozen objects.

Counts are exact; of rows and findings the first are kept (`toolkit.review.build`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.diff.model import Change, RowKind, Skipped, State
from toolkit.findings import Finding, Severity


class Turn(StrEnum):
    """Which way a measure went."""

    STRONGER = "stronger"
    WEAKER = "weaker"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a row holds: what it is called, and the value in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A field whose value changed: as it stands in the file, and in words; None is an empty cell.

    ``label`` is what the field is called.
    """

    field: str
    label: str
    old: str | None
    new: str | None
    old_words: str | None
    new_words: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that was added, removed, renamed or changed.

    ``words`` say what it is, as a query of the package puts it or else by its title; ``values`` are
    the filled cells of a row that was added or removed, where no query tells of them. ``new_key``
    is that of a renamed row, ``successor`` what stands for a removed one.
    """

    kind: RowKind
    table: str
    key: str
    words: str
    values: tuple[Value, ...] = ()
    edits: tuple[Edit, ...] = ()
    new_key: str = ""
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows of one table that belong to a record and differ; ``title`` is that of the query."""

    table: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number or grade of a row, before and after; None where there was or is none."""

    name: str
    label: str
    old: str | None
    new: str | None
    turn: Turn = Turn.NEITHER


@dataclass(frozen=True, slots=True)
class Shift:
    """A row that both sides have and whose measures changed; ``query`` is which one told."""

    query: str
    title: str
    table: str
    key: str
    words: str
    measures: tuple[Measure, ...]

    @property
    def turn(self) -> Turn:
        """Weaker if any measure is, else stronger if any is."""
        turns = {measure.turn for measure in self.measures}
        return next((turn for turn in (Turn.WEAKER, Turn.STRONGER) if turn in turns), Turn.NEITHER)


@dataclass(frozen=True, slots=True)
class Record:
    """A row with what belongs to it: ``own`` is None where only parts of it differ.

    ``measures`` are those of a row that was added, and those that changed of any other.
    """

    table: str
    key: str
    title: str
    own: Entry | None
    parts: tuple[Parts, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of a table that differ: as records, or one by one in ``entries``.

    ``counts`` are those of the table, with rows that are shown as parts elsewhere; ``elsewhere``
    tells how many of them are, ``left_out`` how many were not kept. ``noun`` is what one row and
    several are called.
    """

    table: str
    title: str
    noun: tuple[str, str]
    counts: dict[RowKind, int]
    records: tuple[Record, ...] = ()
    entries: tuple[Entry, ...] = ()
    elsewhere: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """What the validator finds after the change, held against what it found before.

    ``new`` and ``mended`` hold the first of them, the worst first. ``counts`` are the new ones by
    severity, ``old`` counts those that were there before and still are.
    """

    new: tuple[Finding, ...]
    counts: dict[Severity, int]
    old: int
    mended: tuple[Finding, ...]
    mended_count: int

    @property
    def count(self) -> int:
        """How many are new."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two rows of a table that may be one; ``key`` is new or changed, ``why`` says what is alike.

    ``words`` and ``other_words`` are what the rows are called.
    """

    table: str
    key: str
    words: str
    other: str
    other_words: str
    why: str


@dataclass(frozen=True, slots=True)
class Removed:
    """Identifiers that were removed from a table and have no tombstone; ``count`` is exact."""

    table: str
    keys: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, waiver, view or query that was added, removed or changed.

    ``what`` is the sort, such as ``rule``, ``name`` its code or name; ``words`` say more.
    """

    kind: RowKind
    what: str
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to look at: the text, an address to open, and why, thing by thing.

    ``title`` is the group that it stands in.
    """

    title: str
    text: str
    url: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionNeed:
    """What the change asks of the version and of the changelog.

    ``level`` is none, patch, minor or major; ``since`` the version that is published, empty if none
    is; ``lowest`` the lowest that fits. ``faults`` say what is missing, each with its remedy.
    """

    old: str
    new: str
    level: str
    since: str
    lowest: str
    reasons: tuple[str, ...]
    changelog: bool
    faults: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What a change does, and what of it deserves a look.

    ``left_out`` counts the shifts, duplicates and tasks that were not kept.
    """

    old: State
    new: State
    findings: Findings
    version: VersionNeed
    sections: tuple[Section, ...] = ()
    shifts: tuple[Shift, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    removed: tuple[Removed, ...] = ()
    changes: tuple[Change, ...] = ()
    checks: tuple[Check, ...] = ()
    tasks: tuple[Task, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)

    def fails(self, *, strict: bool = False) -> bool:
        """Whether there is a new error or, if ``strict``, a new warning."""
        limit = Severity.WARNING if strict else Severity.ERROR
        return any(
            count for severity, count in self.findings.counts.items() if severity.rank <= limit.rank
        )
