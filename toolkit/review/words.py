"""Cells in words: what fields are called, titles of codes, days, names for identifiers."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from toolkit.diff.model import Cell, Difference, Row
from toolkit.diff.pair import title_field
from toolkit.package import Field, ForeignKey, Package, Schema
from toolkit.review.model import Edit, Value
from toolkit.review.sides import Side, Sides, day_in_words
from toolkit.tables import Table, stream

# A table and a field of it that is referred to, and a value of that field.
Place = tuple[str, str]


class Words:
    """Puts the cells of a difference into words, those of either side as that side has it."""

    def __init__(self, sides: Sides, difference: Difference) -> None:
        self._packages = (sides.old.package, sides.new.package)
        rows = [(table.name, row) for table in difference.tables for row in table.rows]
        self._names = tuple(
            _names(side, _referred(side, rows, index))
            for index, side in enumerate((sides.old, sides.new))
        )

    def edits(self, table: str, row: Row) -> tuple[Edit, ...]:
        """Return the cells of a row that changed, each as it stands and in words."""
        return tuple(
            Edit(
                field=cell.field,
                label=self.label(table, cell.field),
                old=cell.old,
                new=cell.new,
                old_words=self._cell(0, table, cell.field, cell.old),
                new_words=self._cell(1, table, cell.field, cell.new),
            )
            for cell in row.cells
        )

    def values(self, table: str, row: Row) -> tuple[Value, ...]:
        """Return the filled cells of a row that was added or removed, without its key and title.

        A key of several fields says what the row is, and is no name of it.
        """
        found = []
        for cell in row.cells:
            side, text = _side_of(cell)
            schema = _schema(self._packages[side], table)
            named = {title_field(schema.fields)} if schema else set()
            if schema and len(schema.primary_key) == 1:
                named.update(schema.primary_key)
            if not (row.key and cell.field in named):
                words = self._cell(side, table, cell.field, text)
                found.append(Value(self.label(table, cell.field), words or ""))
        return tuple(found)

    def label(self, table: str, name: str) -> str:
        """Return what a field is called."""
        field = self._field(1, table, name) or self._field(0, table, name)
        title = field.descriptor.get("title") if field else None
        return title if isinstance(title, str) and title else name

    def title(self, table: str) -> str:
        """Return what a table is called."""
        for package in reversed(self._packages):
            for resource in package.resources:
                if resource.name == table:
                    schema = resource.schema.descriptor if resource.schema else {}
                    titles = (resource.descriptor.get("title"), schema.get("title"))
                    return next((one for one in titles if isinstance(one, str) and one), table)
        return table

    def _field(self, side: int, table: str, name: str) -> Field | None:
        schema = _schema(self._packages[side], table)
        return schema.field(name) if schema and name in schema.positions else None

    def _cell(self, side: int, table: str, name: str, text: str | None) -> str | None:
        field = self._field(side, table, name)
        if text is None or field is None:
            return text
        codes = self._packages[side].codelists.get(field.codelist or "")
        if codes:
            return next((row[1] or text for row in codes.rows if row[0] == text), text)
        if field.type == "date":
            try:
                return day_in_words(datetime.date.fromisoformat(text))
            except ValueError:
                return text
        schema = _schema(self._packages[side], table)
        for place in _targets(schema, name):
            if called := self._names[side].get(place, {}).get(text):
                return f"{called} ({text})"
        return text


def _schema(package: Package, table: str) -> Schema | None:
    return next((one.schema for one in package.resources if one.name == table), None)


def _side_of(cell: Cell) -> tuple[int, str | None]:
    return (1, cell.new) if cell.new is not None else (0, cell.old)


def _targets(schema: Schema | None, name: str) -> Iterator[Place]:
    """Yield the fields to which a field refers by itself."""
    keys: Iterable[ForeignKey] = schema.foreign_keys if schema else ()
    return ((key.resource, key.reference[0]) for key in keys if key.fields == (name,))


def _referred(side: Side, rows: list[tuple[str, Row]], index: int) -> dict[Place, set[str]]:
    """Return the values by which cells of a side refer to other rows."""
    found: dict[Place, set[str]] = defaultdict(set)
    for table, row in rows:
        schema = _schema(side.package, table)
        for cell in row.cells:
            text = (cell.old, cell.new)[index]
            for place in _targets(schema, cell.field) if text else ():
                found[place].add(text or "")
    return found


def _names(side: Side, referred: dict[Place, set[str]]) -> dict[Place, dict[str, str]]:
    """Return what the rows are called to which cells refer."""
    found = {}
    for (name, reference), values in referred.items():
        table = side.database.tables.get(name)
        if table and reference in table.schema.positions:
            found[name, reference] = dict(names_of(side, table, reference, values))
    return found


def names_of(
    side: Side, table: Table, reference: str, values: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield which values a field has, and what the row is called where it has one of them."""
    title = title_field(table.schema.fields)
    if title is None:
        return
    key, name = (f"CAST({table.column(one)} AS VARCHAR)" for one in (reference, title))
    sql = (
        f"SELECT {key}, min({name}) FROM {table.relation} "
        f"WHERE {key} IN (SELECT unnest(?)) AND {name} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    yield from stream(side.database.con, sql, [sorted(values)])
