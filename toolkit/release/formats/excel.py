"""The tables of a release as one Excel workbook.

A table that does not fit into a sheet is left out, and the first sheet says why. How values stand
in cells is told in `toolkit.sheets`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.release.about import about
from toolkit.release.formats.codebook import HEADER, codebook, text_of
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import column_names, typed_rows, unique_names
from toolkit.sheets import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    units,
    write_text,
    write_value,
)
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# The most characters in the name of a sheet.
MOST_NAME = 31

# The sheets before those of the tables.
LEADING = ("readme", "codebook")
# Excel keeps a name for itself.
_TAKEN = (*LEADING, "codes", "history")
_WIDEST = 60


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
    return unique_names(fitting, sheet_name, limit=MOST_NAME, taken=_TAKEN)


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


def sheet_name(name: str) -> str:
    """Return a name that a sheet can have, but for its length."""
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
    yield "cite as", about(package).citation
    yield ()
    yield "sheet", "rows", "what it holds"
    for table in release.database.tables.values():
        words = text_of(table.schema.descriptor, "description", "title")
        words = words or text_of(table.resource.descriptor, "description", "title")
        if table.name in sheets:
            yield sheets[table.name], f"{table.rows:,}", words
        else:
            reason = why_not(release, table)
            yield "no sheet", f"{table.rows:,}", f"{table.name}: {reason}; see {_paths(table)}"


def _paths(table: Table) -> str:
    return ", ".join(table.resource.paths)


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _fitting(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a text of the metadata that fits into a cell; where it is cut, it says so."""
    if units(text) <= most:
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
                write_text(sheet, number, column, _fitting(text), bold if heading else top)
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
        write_text(sheet, 0, index, _fitting(column), bold)
    widths = [len(column) + 3 for column in columns]
    styles = [formats.get(type_of(table, name)) for name in table.schema.names]
    for number, row in enumerate(rows.iter_rows(), 1):
        for index, value in enumerate(row):
            if value is None:
                continue
            write_value(sheet, number, index, value, styles[index])
            widths[index] = max(widths[index], len(str(value)) + 1)
    _set_widths(sheet, widths)
    _head(sheet, rows.height, len(columns))


def _set_widths(sheet: Worksheet, widths: list[int]) -> None:
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(max(width, 8), _WIDEST))


def _head(sheet: Worksheet, rows: int, columns: int) -> None:
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, rows, columns - 1)
