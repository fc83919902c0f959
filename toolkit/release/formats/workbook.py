"""Taking the tables of a release back from its Excel workbook.

Only what `write_excel` writes is read: sheets that stand in the order of the tables.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.package.archive import unpack
from toolkit.release.formats.excel import LEADING, sheet_names
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import restored_rows
from toolkit.sheets import EPOCH, Cell, CellKind, Line, read_book
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    import polars as pl

_MILLISECONDS = 24 * 60 * 60 * 1000


def read_excel(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that its sheet holds, in their order."""
    with tempfile.TemporaryDirectory(prefix="toolkit-") as folder:
        unpack(release.file("xlsx"), Path(folder))
        book = read_book(Path(folder))
        for entry, name in zip(book.entries[len(LEADING) :], sheet_names(release), strict=False):
            table = release.database.tables[name]
            rows = [*_whole(book.grid(entry), table)]
            yield table, restored_rows(table, rows)


def _whole(lines: Iterable[Line], table: Table) -> Iterator[list[Any]]:
    """Yield every row below the header: those without any cell are not written."""
    width, following = len(table.schema.names), 2
    kinds = [type_of(table, name) for name in table.schema.names]
    for line in lines:
        if line.number == 1:
            continue
        yield from ([None] * width for _ in range(line.number - following))
        following = line.number + 1
        row: list[Any] = [None] * width
        for column, cell in line.cells.items():
            row[column] = _value(kinds[column], cell)
        yield row
    yield from ([None] * width for _ in range(table.rows + 2 - following))


def _value(kind: str, cell: Cell) -> Any:
    text = cell.text
    if kind in ("DATE", "TIME", "TIMESTAMP"):
        type_: Any = {"DATE": date, "TIME": time, "TIMESTAMP": datetime}[kind]
        if cell.kind == CellKind.TEXT:
            return type_.fromisoformat(text)
        return _moment(kind, float(text))
    readers: dict[str, Any] = {"BIGINT": int, "DOUBLE": float, "BOOLEAN": "1".__eq__}
    return readers.get(kind, str)(text)


def _moment(kind: str, days: float) -> date | time | datetime:
    moment = EPOCH + timedelta(milliseconds=round(days * _MILLISECONDS))
    if kind == "TIME":
        return moment.time()
    return moment.date() if kind == "DATE" else moment
