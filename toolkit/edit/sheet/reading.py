"""The rows of a sheet by their keys, and whatever keeps them from being taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from toolkit.edit.sheet.facts import Key, TableFacts
from toolkit.edit.sheet.values import Column, Spoilt, column_of, text_of
from toolkit.findings import escape
from toolkit.package import Schema
from toolkit.sheets import Cell, Damaged, Grid, Line, place_of

_HEADER = "put the names of the columns back as they were exported, each in its place"
# Faults that are told of a sheet; more of them help nobody, and may be millions.
_MOST = 1_000


class Fault(NamedTuple):
    """What is wrong at a place such as ``events!D12``, and what to do."""

    place: str
    message: str
    hint: str


class SheetRow(NamedTuple):
    """A row that a sheet holds: its number there, and its cells in the order of the table."""

    number: int
    cells: tuple[str, ...]


@dataclass
class SheetRows:
    """What was read of the sheet of a table. The rows are of use only where there is no fault."""

    facts: TableFacts
    schema: Schema
    rows: dict[Key, SheetRow] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether there are so many faults that no more are looked for."""
        return len(self.faults) >= _MOST

    def place(self, row: int, name: str | None = None) -> str:
        """Return the place of a cell of the table, or of a whole row."""
        if name is None:
            return self.at(f"{row}:{row}")
        return self.at(place_of(row, self.facts.header.index(name)))

    def at(self, place: str) -> str:
        """Return a place as formulas name it, ready to be shown."""
        sheet = escape(self.facts.sheet, 40)
        return f"{sheet}!{place}" if re.fullmatch(r"\w+", sheet) else f"'{sheet}'!{place}"

    def fault(self, place: str, message: str, hint: str) -> None:
        """Note a fault, if it is among the first."""
        if not self.full:
            self.faults.append(Fault(place, message, hint))


def read_rows(grid: Grid, facts: TableFacts, schema: Schema) -> SheetRows:
    """Read the sheet of a table."""
    found = SheetRows(facts, schema)
    try:
        lines = iter(grid)
        # The header stands in the first row; without one the next row is somewhere below.
        first = next(lines, Line(1, False, {}))
        if first.number > 1:
            first = Line(1, False, {})
        if _has_header(found, first.cells):
            _read_lines(found, lines)
        else:
            # What stands beside the cells is known once all were read.
            for _ in lines:
                pass
    except Damaged as error:
        found.fault(found.at("A1"), f"the sheet is damaged: {error}", "export anew")
    _look_beside(found, grid)
    return found


def _has_header(found: SheetRows, cells: dict[int, Cell]) -> bool:
    """Whether the names of the columns are what they were."""
    header = found.facts.header
    names = {column: cell.text for column, cell in cells.items() if cell.text.strip()}
    if names == dict(enumerate(header)):
        return not _spoilt_header(found, cells)
    seen: dict[str, int] = {}
    for column, name in sorted(names.items()):
        shown, place = escape(name, 60), found.at(place_of(1, column))
        if name in seen:
            first = place_of(1, seen[name])
            found.fault(place, f"the name {shown} stands in {first} already", _HEADER)
        elif name in header and header.index(name) != column:
            former = place_of(1, header.index(name))
            found.fault(place, f"the column {shown} has moved here from {former}", _HEADER)
        elif name not in header:
            _strange(found, place, shown, header[column] if column < len(header) else "")
        seen.setdefault(name, column)
    for column, name in enumerate(header):
        # Where a name stands that the table does not have, it was told of as renamed.
        if name not in seen and names.get(column, name) in header:
            place = found.at(place_of(1, column))
            found.fault(place, f"the column {escape(name, 60)} is missing", _HEADER)
    return False


def _strange(found: SheetRows, place: str, name: str, former: str) -> None:
    if former:
        message = f"the column {escape(former, 60)} was renamed to {name}"
        found.fault(place, message, _HEADER)
    else:
        hint = "delete the column; a field is added to the schema first"
        found.fault(place, f"the column {name} is not one of the table", hint)


def _spoilt_header(found: SheetRows, cells: dict[int, Cell]) -> bool:
    before = len(found.faults)
    for column, cell in cells.items():
        value = text_of(cell, Column(None, False))
        if isinstance(value, Spoilt):
            found.fault(found.at(place_of(1, column)), *value)
    return len(found.faults) > before


def _read_lines(found: SheetRows, lines: Iterable[Line]) -> None:
    columns = [column_of(found.schema, name) for name in found.facts.header]
    key = [found.facts.header.index(name) for name in found.facts.key]
    hidden: list[int] = []
    for line in lines:
        if found.full:
            break
        if not any(cell.text or cell.formula for cell in line.cells.values()):
            continue
        if line.hidden:
            hidden.append(line.number)
        row = SheetRow(line.number, tuple(_texts(found, line, columns)))
        empty = [place for place in key if place not in line.cells or not line.cells[place].text]
        if empty:
            name = escape(found.facts.header[empty[0]], 60)
            message = f"{name} is empty, by which the row is told apart"
            place = found.at(place_of(line.number, empty[0]))
            found.fault(place, message, "fill it in, or delete the whole row")
        elif all(row.cells[place] for place in key):
            _put(found, tuple(row.cells[place] for place in key), row)
    for first, last in _ranges(hidden):
        what = f"rows {first:,} to {last:,} are" if last > first else f"row {first:,} is"
        hint = (
            "take the filter away or show the rows (Home, Format, Unhide), look at them, and save"
        )
        found.fault(found.at(f"{first}:{last}"), f"{what} hidden", hint)


def _texts(found: SheetRows, line: Line, columns: list[Column]) -> Iterator[str]:
    """Yield the texts of a row; of a cell that is spoilt none."""
    for number, column in enumerate(columns):
        cell = line.cells.get(number)
        value = text_of(cell, column) if cell else ""
        if isinstance(value, Spoilt):
            found.fault(found.at(place_of(line.number, number)), *value)
            value = ""
        yield value
    for number, cell in line.cells.items():
        if number >= len(columns) and cell.text.strip():
            place = found.at(place_of(line.number, number))
            shown = escape(cell.text, 60)
            found.fault(place, f"'{shown}' stands beside the columns of the table", "delete it")


def _put(found: SheetRows, key: Key, row: SheetRow) -> None:
    former = found.rows.setdefault(key, row)
    if former is not row:
        shown = escape("|".join(key), 100)
        place = found.place(row.number, found.facts.key[0])
        first = place_of(former.number, found.facts.header.index(found.facts.key[0]))
        found.fault(place, f"the key {shown} stands in {first} already", "give one row another key")


def _look_beside(found: SheetRows, grid: Grid) -> None:
    """Note what stands around the cells: merged ones, hidden columns, filters."""
    for area in islice(grid.merged, _MOST):
        shown = area if re.fullmatch(r"[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7}", area) else "A1"
        hint = "part them (Home, Merge & Center, Unmerge), fill each cell, and save"
        found.fault(found.at(shown), "cells are merged: all but the first lost their values", hint)
    for first, last in grid.hidden:
        last = min(last, len(found.facts.header) - 1)
        if first <= last:
            letters = ":".join(place_of(1, column)[:-1] for column in (first, last))
            hint = "show all columns (Home, Format, Unhide), look at them, and save"
            found.fault(found.at(letters), "a column is hidden", hint)
    if grid.filtered:
        hint = "take the filter away (Data, Clear), and save"
        found.fault(found.at("1:1"), "a filter is in use", hint)


def _ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of numbers, which rise."""
    first = last = None
    for number in numbers:
        if last is not None and first is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last
