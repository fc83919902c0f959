"""The rows that differ, table by table: as records with what belongs to them, or one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.diff.model import Difference, Row, RowKind, TableDiff
from toolkit.package import ReviewQuery, Show
from toolkit.review.measures import measures_of
from toolkit.review.model import Entry, Parts, Record, Section, Value
from toolkit.review.sides import Answer, Sides
from toolkit.review.words import Words

# A table of records, and the key of one.
Owner = tuple[str, str]
# The new key of each row that was renamed, by table and old key.
Renamed = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query of records or parts, and what it says of either side."""

    query: ReviewQuery
    old: Answer
    new: Answer


class Sections:
    """Sorts the rows of a difference: which stand for themselves, and which belong to a record."""

    def __init__(
        self, sides: Sides, difference: Difference, words: Words, renamed: Renamed
    ) -> None:
        self._sides, self._difference, self._words = sides, difference, words
        self._renamed = renamed
        self._records, self._parts = (
            {query.table: _Asked(query, old, new) for query, old, new in sides.of(show)}
            for show in (Show.RECORDS, Show.PARTS)
        )
        # By record and table of the parts, the entries; and by table how many have an owner.
        self._owned: dict[Owner, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        self._elsewhere: dict[str, int] = defaultdict(int)

    def all(self) -> tuple[Section, ...]:
        """Return a section for every table with rows that differ, and for records with such parts.

        Records come first, those that have parts before others; else the order is that of the
        descriptor.
        """
        rest = {table.name: self._own_rows(table) for table in self._difference.touched}
        counted = {table.name: table for table in self._difference.tables}
        owners = {table for table, _ in self._owned}
        sections = [
            self._section(counted[name], rest.get(name, []))
            for name in counted
            if name in rest or name in owners
        ]
        whole = {asked.query.of for asked in self._parts.values()}
        return tuple(sorted(sections, key=lambda one: (one.table not in whole, not one.records)))

    def _own_rows(self, table: TableDiff) -> list[Row]:
        """Give parts to their records, and return the rows that belong to none."""
        asked = self._parts.get(table.name)
        if asked is None or asked.query.of not in self._records:
            return list(table.rows)
        own = []
        for row in table.rows:
            owners = self._owners(asked, row)
            for key, kind in owners.items():
                entry = self._part(asked, row, kind)
                self._owned[asked.query.of, key][table.name].append(entry)
            if owners:
                self._elsewhere[table.name] += 1
            else:
                own.append(row)
        return own

    def _owners(self, asked: _Asked, row: Row) -> dict[str, RowKind]:
        """Return the records to which a row belongs, and what became of it there.

        A row that went from one to another is removed there and added here.
        """
        before = asked.old.cell(row.key, "of") if row.kind != RowKind.ADDED else ""
        before = self._renamed.get((asked.query.of, before), before)
        after = asked.new.cell(row.new_key or row.key, "of") if row.kind != RowKind.REMOVED else ""
        if before and after and before != after:
            return {before: RowKind.REMOVED, after: RowKind.ADDED}
        return {owner: row.kind for owner in (after or before,) if owner}

    def _part(self, asked: _Asked, row: Row, kind: RowKind) -> Entry:
        new = kind != RowKind.REMOVED
        key = row.new_key or row.key if new else row.key
        words = (asked.new if new else asked.old).cell(key, "words") or row.title
        return self._entry(asked.query.table, row, kind, words)

    def _entry(
        self,
        table: str,
        row: Row,
        kind: RowKind,
        words: str,
        values: tuple[Value, ...] | None = None,
    ) -> Entry:
        changed = kind in (RowKind.CHANGED, RowKind.RENAMED)
        told = self._words.values(table, row) if not words or words == row.title else ()
        return Entry(
            kind=kind,
            table=table,
            key=row.key,
            words=words,
            values=() if changed else told if values is None else values,
            edits=self._words.edits(table, row) if changed else (),
            new_key=row.new_key,
            successor="" if row.new_key else row.successor,
        )

    def _section(self, table: TableDiff, rows: list[Row]) -> Section:
        asked = self._records.get(table.name)
        told = asked or self._parts.get(table.name)
        title = self._words.title(table.name)
        one, more = (told and told.query.noun) or (f"row of {title}", f"rows of {title}")
        return Section(
            table=table.name,
            title=title,
            noun=(one, more),
            counts=table.counts,
            records=tuple(self._listed(asked, rows)) if asked else (),
            entries=() if asked else tuple(self._entry_of(table.name, row) for row in rows),
            elsewhere=self._elsewhere[table.name],
            left_out=table.total - len(table.rows),
        )

    def _entry_of(self, table: str, row: Row) -> Entry:
        return self._entry(table, row, row.kind, row.title)

    def _listed(self, asked: _Asked, rows: list[Row]) -> list[Record]:
        """Return the records that differ, then those of which only parts do."""
        table = asked.query.table
        keys = [row.new_key or row.key for row in rows]
        found = [self._record(asked, row, key) for row, key in zip(rows, keys, strict=True)]
        others = [key for name, key in self._owned if name == table and key not in keys]
        return found + [self._record(asked, None, key) for key in sorted(set(others))]

    def _record(self, asked: _Asked, row: Row | None, key: str) -> Record:
        table = asked.query.table
        answer = asked.old if row and row.kind == RowKind.REMOVED else asked.new
        title = answer.cell(key, "title") or asked.old.cell(key, "title")
        own = None
        if row:
            values = _values(asked.query, answer, key) if row.kind == RowKind.ADDED else ()
            own = self._entry(table, row, row.kind, title or row.title, values)
        return Record(
            table=table,
            key=key,
            title=title or (row.title if row else ""),
            own=own,
            parts=tuple(self._parts_of(table, key)),
            measures=measures_of(self._sides, table, row.key if row else key, key),
        )

    def _parts_of(self, table: str, key: str) -> list[Parts]:
        owned = self._owned.get((table, key), {})
        return [
            Parts(name, asked.query.title, tuple(owned[name]))
            for name, asked in self._parts.items()
            if name in owned
        ]


def _values(query: ReviewQuery, answer: Answer, key: str) -> tuple[Value, ...]:
    """Return what the query of records says of one, but for empty cells."""
    row = answer.by_key.get(key, ())
    named = list(zip(answer.columns, row, strict=False))[2:]
    return tuple(Value(query.columns.get(name, name), text) for name, text in named if text)
