"""Results for programs: CSV, JSON, JSON Lines, Parquet and Excel, each written row by row."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO

from toolkit.findings.markup import inert
from toolkit.query.session import Column
from toolkit.query.text import Row, is_number
from toolkit.sheets import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_DIGITS,
    MOST_ROWS,
    units,
    write_text,
    write_value,
)
from toolkit.tables import unique

# A text of JSON, which stays, or a word for a number.
_TEXT_OR_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|(-?(?:NaN|Infinity))')
Batches = Iterable[list[Row]]
# Types of which every number is one of Python's and of Excel's.
_FLOATS = ("FLOAT", "DOUBLE")


class DoesNotFit(Exception):
    """A result is larger than the format allows; the message says in what."""


def write_csv(columns: list[Column], batches: Batches, file: IO[str], *, safe: bool) -> None:
    """Write CSV (RFC 4180, LF); a cell without a value is empty.

    ``safe`` puts an apostrophe before text that a spreadsheet would take for a formula.
    """
    writer = csv.writer(file, lineterminator="\n")
    texts = [not is_number(column) for column in columns]

    def shown(cells: Iterable[str | None]) -> Iterator[str | None]:
        for cell, text in zip(cells, texts, strict=True):
            yield inert(cell) if safe and text and cell else cell

    writer.writerow(shown(column.name for column in columns))
    for batch in batches:
        writer.writerows(shown(row) for row in batch)


def write_jsonl(columns: list[Column], batches: Batches, file: IO[str]) -> None:
    """Write one object on each line; cells are JSON already, those without a value are null."""
    for line in _objects(columns, batches):
        file.write(f"{line}\n")


def write_json(columns: list[Column], batches: Batches, file: IO[str]) -> None:
    """Write one array of objects, each on a line of its own."""
    mark = "[\n"
    for line in _objects(columns, batches):
        file.write(f"{mark}  {line}")
        mark = ",\n"
    file.write("[]\n" if mark == "[\n" else "\n]\n")


def _objects(columns: list[Column], batches: Batches) -> Iterator[str]:
    names = [
        json.dumps(name, ensure_ascii=False) for name in unique(column.name for column in columns)
    ]
    for row in itertools.chain.from_iterable(batches):
        cells = (
            f"{name}: {'null' if cell is None else _finite(cell)}"
            for name, cell in zip(names, row, strict=True)
        )
        yield f"{{{', '.join(cells)}}}"


def _finite(cell: str) -> str:
    """Return JSON of DuckDB with those numbers as text that JSON does not have (RFC 8259)."""
    if "NaN" not in cell and "Infinity" not in cell:
        return cell
    return _TEXT_OR_WORD.sub(lambda found: f'"{found[1]}"' if found[1] else found[0], cell)


def write_excel(columns: list[Column], batches: Batches, path: Path, *, about: list[Row]) -> None:
    """Write a workbook with the rows and, on a second sheet, what they answer.

    Text is never a formula or a link. Raises DoesNotFit.
    """
    from xlsxwriter import Workbook

    if len(columns) > MOST_COLUMNS:
        raise DoesNotFit(f"a sheet takes {MOST_COLUMNS:,} columns; the result has more")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(path, options) as book:
        # The time of writing would make each file another one.
        book.set_properties({"created": datetime(2000, 1, 1)})
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet, second = book.add_worksheet("result"), book.add_worksheet("query")
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            write_text(sheet, 0, index, str(_fitting(column.name, 0, index)), bold)
        for number, row in enumerate(itertools.chain.from_iterable(batches), 1):
            if number >= MOST_ROWS:
                raise DoesNotFit(f"a sheet takes {MOST_ROWS - 1:,} rows; the result has more")
            for index, cell in enumerate(row):
                value = _fitting(_value(cell, columns[index]), number, index)
                write_value(sheet, number, index, value, day if isinstance(value, date) else None)
        for number, (name, value) in enumerate(about):
            write_text(second, number, 0, name or "", bold)
            write_text(second, number, 1, (value or "")[: MOST_CHARACTERS // 2])


def _value(cell: str | None, column: Column) -> object:
    """Return what a text of DuckDB says, as far as a sheet has a type for it; else the text."""
    if cell is None or column.type == "BOOLEAN":
        return None if cell is None else cell == "true"
    if column.type == "DATE":
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    if column.type in _FLOATS:
        return float(cell)
    if not is_number(column):
        return cell
    if "." not in cell:
        return int(cell)
    # A decimal number of more digits would not be the same.
    return float(cell) if len(cell.strip("-").replace(".", "")) <= MOST_DIGITS else cell


def _fitting(value: object, row: int, column: int) -> object:
    """Return a value that fits into a cell. Raises DoesNotFit."""
    if isinstance(value, str) and units(value) > MOST_CHARACTERS:
        raise DoesNotFit(
            f"a cell of a sheet takes {MOST_CHARACTERS:,} characters; that in row {row + 1:,}, "
            f"column {column + 1:,} has more"
        )
    return value
