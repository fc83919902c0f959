"""Taking the tables of a release back from its Excel workbook.

Only what `write_excel` writes is read: the cells of SpreadsheetML (ECMA-376 part 1, 18.3 and 18.4)
in sheets that stand in the order of the tables.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree

from toolkit.release.formats.excel import LEADING, sheet_names
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import restored_rows
from toolkit.sheets import EPOCH
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    import polars as pl

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MILLISECONDS = 24 * 60 * 60 * 1000


def read_excel(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that its sheet holds, in their order."""
    with zipfile.ZipFile(release.file("xlsx")) as archive:
        names = archive.namelist()
        shared = "xl/sharedStrings.xml"
        texts: list[str] = []
        if shared in names:
            with archive.open(shared) as file:
                texts = [_text(one) for one in _elements(file, "si")]
        for number, name in enumerate(sheet_names(release), len(LEADING) + 1):
            table = release.database.tables[name]
            with archive.open(f"xl/worksheets/sheet{number}.xml") as file:
                rows = [_row(one, texts, table) for one in _elements(file, "row")]
            yield table, restored_rows(table, [*_whole(rows, table)][1:])


def _elements(file: IO[bytes], name: str) -> Iterator[ElementTree.Element]:
    for _, element in ElementTree.iterparse(file):
        if element.tag == _SPACE + name:
            yield element
            element.clear()


def _text(element: ElementTree.Element) -> str:
    raw = "".join(part.text or "" for part in element.iter(f"{_SPACE}t"))
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), raw)


def _whole(rows: list[tuple[int, list[Any]]], table: Table) -> Iterator[list[Any]]:
    """Yield every row: those without any cell are not written."""
    following = 1
    for number, cells in rows:
        yield from ([None] * len(table.schema.names) for _ in range(number - following))
        following = number + 1
        yield cells
    yield from ([None] * len(table.schema.names) for _ in range(table.rows + 2 - following))


def _row(element: ElementTree.Element, texts: list[str], table: Table) -> tuple[int, list[Any]]:
    """Return the number of a row, counted from 1, and its values."""
    number = int(element.get("r", "0"))
    cells: list[Any] = [None] * len(table.schema.names)
    for cell in element.iter(f"{_SPACE}c"):
        value = cell.findtext(f"{_SPACE}v")
        if value is None:
            continue
        column = _column(cell.get("r", ""))
        if cell.get("t") == "s":
            value = texts[int(value)]
        if number > 1:
            kind = type_of(table, table.schema.names[column])
            cells[column] = _value(kind, value, cell.get("t") == "s")
    return number, cells


def _column(place: str) -> int:
    """Return the column of a place such as AB12, counted from 0."""
    column = 0
    for letter in place.rstrip("0123456789"):
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _value(kind: str, text: str, as_text: bool) -> Any:
    if kind in ("DATE", "TIME", "TIMESTAMP"):
        type_: Any = {"DATE": date, "TIME": time, "TIMESTAMP": datetime}[kind]
        return type_.fromisoformat(text) if as_text else _moment(kind, float(text))
    readers: dict[str, Any] = {"BIGINT": int, "DOUBLE": float, "BOOLEAN": "1".__eq__}
    return readers.get(kind, str)(text)


def _moment(kind: str, days: float) -> date | time | datetime:
    moment = EPOCH + timedelta(milliseconds=round(days * _MILLISECONDS))
    if kind == "TIME":
        return moment.time()
    return moment.date() if kind == "DATE" else moment
