"""Results for programs: CSV, JSON, JSON Lines, Parquet and Excel, each written row by row."""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from toolkit.query.session import Column
from toolkit.query.text import Row, is_number
from toolkit.tables import unique

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# A text of JSON, which stays, or a word for a number.
_TEXT_OR_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|(-?(?:NaN|Infinity))')
Batches = Iterable[list[Row]]
# What a spreadsheet takes for the beginning of a formula (owasp.org, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# "Excel specifications and limits", support.microsoft.com.
_MOST_ROWS, _MOST_COLUMNS, _MOST_CHARACTERS, _MOST_DIGITS = 1_048_576, 16_384, 32_767, 15
# What xlsxwriter returns for such a cell.
_TOO_LONG = -2
# Excel holds them as they are; of other numbers it keeps so many digits.
_FLOATS = ("FLOAT", "DOUBLE")
# Excel takes the first two months of 1900 otherwise than the calendar does.
_FIRST_DAY = date(1900, 3, 1)


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
            yield f"'{cell}" if safe and text and cell and cell.startswith(_FORMULA) else cell

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

    if len(columns) > _MOST_COLUMNS:
        raise DoesNotFit(f"a sheet takes {_MOST_COLUMNS:,} columns; the result has more")
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
            _write_text(sheet, 0, index, column.name, bold)
        for number, row in enumerate(itertools.chain.from_iterable(batches), 1):
            if number >= _MOST_ROWS:
                raise DoesNotFit(f"a sheet takes {_MOST_ROWS - 1:,} rows; the result has more")
            for index, cell in enumerate(row):
                _write_cell(sheet, number, index, cell, columns[index], day)
        for number, (name, value) in enumerate(about):
            second.write_string(number, 0, name or "", bold)
            second.write_string(number, 1, (value or "")[:_MOST_CHARACTERS])


def _write_cell(
    sheet: Worksheet, row: int, index: int, cell: str | None, column: Column, day: Format
) -> None:
    """Write a cell as a number, a day, a truth value or a text, as Excel can hold it exactly."""
    if cell is None:
        return
    if column.type in _FLOATS or (
        is_number(column) and len(cell.strip("-").replace(".", "")) <= _MOST_DIGITS
    ):
        number = float(cell)
        if math.isfinite(number):
            sheet.write_number(row, index, number)
            return
    if column.type == "BOOLEAN":
        sheet.write_boolean(row, index, cell == "true")
        return
    if column.type == "DATE":
        try:
            value = date.fromisoformat(cell)
        except ValueError:
            value = date.min
        if value >= _FIRST_DAY:
            sheet.write_datetime(row, index, value, day)
            return
    _write_text(sheet, row, index, cell)


def _write_text(
    sheet: Worksheet, row: int, index: int, text: str, form: Format | None = None
) -> None:
    if sheet.write_string(row, index, text, form) == _TOO_LONG:
        raise DoesNotFit(
            f"a cell of a sheet takes {_MOST_CHARACTERS:,} characters; that in row {row + 1:,}, "
            f"column {index + 1:,} has more"
        )
