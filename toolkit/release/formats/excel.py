"""The tables of a release as one Excel workbook (Office Open XML, ECMA-376).

A cell holds a text, a number or a truth value, never a formula or a link. Excel keeps fifteen
digits of a number, and its days begin in 1900, of which it takes the first two months otherwise
than the calendar does (ECMA-376 part 1, 18.17.4.1). So there stand as text: integers of more than
fifteen digits, NaN and INF, days before 1 March 1900, and times finer than a millisecond. A table
that does not fit into a sheet is left out, and the first sheet says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

from toolkit.release.formats.codebook import HEADER, codebook, text_of
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import column_names, typed_rows, unique_names
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# "Excel specifications and limits", support.microsoft.com.
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
MOST_NAME = 31

# The sheets before those of the tables.
LEADING = ("readme", "codebook")
# Excel keeps a name for itself.
_TAKEN = (*LEADING, "codes", "history")
EPOCH = datetime(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)
_MOST_DIGITS = 10**15
_WIDEST = 60


class _Exact(float):
    """A number that is written with as many digits as it takes to read it back."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def write_excel(release: Release) -> None:
    """Write ``<package>.xlsx``: a readme, the codebook, a sheet for each table, the codes."""
    from xlsxwriter import Workbook

    with Workbook(release.file("xlsx")) as book:
        book.set_properties(
            {
                "title": _fitting(text_of(release.package.descriptor, "title"), 255),
                "created": release.created,
            }
        )
        sheets = sheet_names(release)
        _write_texts(book, LEADING[0], None, _readme(release, sheets))
        _write_texts(book, LEADING[1], HEADER, codebook(release))
        for table in release.database.tables.values():
            if table.name in sheets:
                _write_table(book, release, table, sheets[table.name])
        columns = ("code list", "code", "title", "description")
        lists = release.package.codelists.values()
        codes = [(one.name, *row[:3]) for one in lists for row in one.rows]
        _write_texts(book, "codes", columns, codes)


def sheet_names(release: Release) -> dict[str, str]:
    """Return the name of the sheet of each table that has one, in the order of the sheets."""
    tables = release.database.tables.values()
    fitting = [table.name for table in tables if not why_not(release, table)]
    return unique_names(fitting, _sheet_name, limit=MOST_NAME, taken=_TAKEN)


def why_not(release: Release, table: Table) -> str:
    """Return why a table does not fit into a sheet; an empty text if it does."""
    if table.rows >= MOST_ROWS:
        return f"it has {table.rows:,} rows, a sheet takes {MOST_ROWS - 1:,} below its header"
    if len(table.schema.names) > MOST_COLUMNS:
        return f"it has {len(table.schema.names):,} fields, a sheet takes {MOST_COLUMNS:,}"
    texts = [name for name in table.schema.names if type_of(table, name) == "VARCHAR"]
    for name in texts:
        # Excel counts UTF-16 units, of which a character takes one or two.
        column = table.column(name)
        beyond = rf"length(regexp_replace({column}, '[\x{{0}}-\x{{FFFF}}]', '', 'g'))"
        found = release.database.con.execute(
            f"SELECT rowid + 1 AS row, length({column}) + {beyond} AS size FROM {table.relation} "
            f"WHERE length({column}) > {MOST_CHARACTERS // 2} AND size > {MOST_CHARACTERS} "
            "ORDER BY row LIMIT 1"
        ).fetchall()
        for row, size in found:
            return (
                f"its row {row:,} has {size:,} characters in {name}, "
                f"a cell takes {MOST_CHARACTERS:,}"
            )
    return ""


def _sheet_name(name: str) -> str:
    return re.sub(r"[^\w .-]|[^\x00-\uffff]", "_", name).strip() or "_"


def _readme(release: Release, sheets: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the first sheet."""
    package = release.package
    yield "title", text_of(package.descriptor, "title") or package.name
    yield "version", package.version
    if description := text_of(package.descriptor, "description"):
        yield "description", description
    for licence in _objects(package.descriptor.get("licenses")):
        yield "licence", text_of(licence, "title", "name"), text_of(licence, "path")
    yield "cite as", _citation(release)
    yield ()
    yield "sheet", "rows", "what it holds"
    for table in release.database.tables.values():
        about = text_of(table.schema.descriptor, "description", "title")
        about = about or text_of(table.resource.descriptor, "description", "title")
        if table.name in sheets:
            yield sheets[table.name], f"{table.rows:,}", about
        else:
            reason = why_not(release, table)
            yield "no sheet", f"{table.rows:,}", f"{table.name}: {reason}; see {_paths(table)}"


def _paths(table: Table) -> str:
    return ", ".join(table.resource.paths)


def _citation(release: Release) -> str:
    package = release.package
    people = _objects(package.descriptor.get("contributors"))
    authors = "; ".join(filter(None, (text_of(one, "title") for one in people)))
    title = text_of(package.descriptor, "title") or package.name
    return f"{authors + ', ' if authors else ''}{title}, version {package.version}."


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _fitting(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a text of the metadata that fits into a cell; where it is cut, it says so."""
    if len(text.encode("utf-16-le")) // 2 <= most:
        return text
    mark = f" … (cut here, of {len(text):,} characters)"
    return text[: most // 2 - len(mark)] + mark


def _write_texts(
    book: Workbook, name: str, header: Sequence[str] | None, rows: Iterable[Sequence[str]]
) -> None:
    """Write a sheet of texts; without a header its first column is bold instead."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    top = book.add_format({"text_wrap": True, "valign": "top"})
    shown = [*([header] if header else []), *rows]
    widths: list[int] = []
    for number, row in enumerate(shown):
        for column, text in enumerate(row):
            heading = number == 0 if header else column == 0
            if text:
                _write_text(sheet, number, column, _fitting(text), bold if heading else top)
            widths += [0] * (column + 1 - len(widths))
            widths[column] = max(widths[column], min(len(text), _WIDEST))
    _set_widths(sheet, widths)
    if header:
        _head(sheet, len(shown) - 1, len(header))


def _write_table(book: Workbook, release: Release, table: Table, name: str) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    formats = {
        kind: book.add_format({"num_format": pattern})
        for kind, pattern in (
            ("DATE", "yyyy-mm-dd"),
            ("TIME", "hh:mm:ss"),
            ("TIMESTAMP", "yyyy-mm-dd hh:mm:ss"),
        )
    }
    columns = list(column_names(table).values())
    rows = typed_rows(release, table)
    for index, column in enumerate(columns):
        _write_text(sheet, 0, index, _fitting(column), bold)
    widths = [len(column) + 3 for column in columns]
    styles = [formats.get(type_of(table, name)) for name in table.schema.names]
    for number, row in enumerate(rows.iter_rows(), 1):
        for index, value in enumerate(row):
            if value is None:
                continue
            cell = _cell(value)
            if isinstance(cell, str):
                _write_text(sheet, number, index, cell)
            elif isinstance(cell, bool):
                sheet.write_boolean(number, index, cell)
            else:
                sheet.write_number(number, index, cell, styles[index])
            widths[index] = max(widths[index], len(str(value)) + 1)
    _set_widths(sheet, widths)
    _head(sheet, rows.height, len(columns))


def _cell(value: Any) -> str | bool | int | float:
    """Return what a cell holds for a typed value; days are counted from 30 December 1899."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < _MOST_DIGITS else str(value)
    if isinstance(value, float):
        if isfinite(value):
            return _Exact(value)
        return "NaN" if value != value else f"{'-' if value < 0 else ''}INF"
    if isinstance(value, time):
        return value.isoformat() if value.microsecond % 1000 else _Exact(_days(value))
    moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
    if moment.date() < _FIRST_DAY or moment.microsecond % 1000:
        return str(value.isoformat())
    return _Exact((moment - EPOCH).days + _days(moment.time()))


def _days(clock: time) -> float:
    since = timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
    return since / timedelta(days=1)


def _write_text(sheet: Worksheet, row: int, column: int, text: str, style: Any = None) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library would take it for markup of its own, unless it comes in parts.
        parts = (text[:1], text[1:2], text[2:])
        sheet.write_rich_string(row, column, *parts, *([style] if style else []))
    else:
        sheet.write_string(row, column, text, style)


def _set_widths(sheet: Worksheet, widths: list[int]) -> None:
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(max(width, 8), _WIDEST))


def _head(sheet: Worksheet, rows: int, columns: int) -> None:
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, rows, columns - 1)
