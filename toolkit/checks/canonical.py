"""Canonical form (F), of packages that ask for it, and the one remedy of a fault where it has one.

``toolkit fix`` writes what is told here (toolkit.edit).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, builtin_rule
from toolkit.package import Field
from toolkit.package.canonical import canonical_texts, fixed_texts, normal
from toolkit.tables import TYPE_RULES, Database, Table
from toolkit.tables.canonical import (
    Column,
    Form,
    changed_columns,
    encoding_of,
    form_of,
    key_order,
    ordered_rows,
    unfit,
)
from toolkit.tables.scan import Record, records

if TYPE_CHECKING:
    import polars as pl

_BOM = "\ufeff"
_CHUNK = 1 << 16


def canonical_findings(database: Database) -> Iterator[Finding]:
    """Yield in what the files of a package depart from canonical form, if it asks for that.

    A file with a fault of structure is left out: what its cells are is not certain.
    """
    if not database.package.canonical:
        return
    for table in database.tables.values():
        if not unfit(table.resource) and not database.found.tells("S", table.name):
            yield from _table_findings(table)


def _table_findings(table: Table) -> Iterator[Finding]:
    text = table.resource.file.read_bytes().decode(encoding_of(table.resource))
    form = form_of(table, text)
    yield from file_findings(table, form, text)
    columns = list(
        changed_columns(form, fields_by_place(table), canonical_texts, everything=_may_be_any_day)
    )
    keys = row_keys(table, form.cells)
    for column in columns:
        yield from _cell_findings(table, form, column, keys)
    cells = form.cells
    for column in columns:
        cells = column.apply(cells)
    yield from _order_findings(table, dataclasses.replace(form, cells=cells), keys)


def fields_by_place(table: Table) -> dict[int, Field]:
    """Return the field of each column of a file that has one."""
    return {place: table.schema.field(name) for name, place in table.header.positions.items()}


def _may_be_any_day(one: Field) -> bool:
    return one.type == "date" and one.format == "any"


def _finding(table: Table, code: str, message: str, **place: object) -> Finding:
    rule = builtin_rule(code)
    return rule.finding(table.resource.path, message, table=table.name, **place)


def file_findings(table: Table, form: Form, text: str) -> Iterator[Finding]:
    """Yield in what the text of a file, but for its cells and their order, is not canonical."""
    yield from _line_findings(table, form, text)
    if not form.dropped:
        yield from _quoting_findings(table, form)


def _line_findings(table: Table, form: Form, text: str) -> Iterator[Finding]:
    if text.startswith(_BOM):
        yield _finding(table, "F001", "the file begins with a byte order mark", line=1)
    dialect = table.resource.dialect
    place = None if dialect.line_terminator else _other_line_end(form, text)
    if place is not None:
        wanted = "CRLF" if form.crlf else "LF"
        line = form.text.count("\n", 0, place) + 1
        yield _finding(table, "F002", f"the line does not end with {wanted}", line=line)
    if not form.text.endswith(dialect.line_terminator or "\n"):
        line = form.text.count("\n") + 1
        yield _finding(table, "F003", "the last line has no line end", line=line)


def _other_line_end(form: Form, text: str) -> int | None:
    """Return where, in the text of the form, the first line end is another than it should be."""
    if not form.crlf:
        place = text.find("\r")
        return None if place < 0 else place - text.startswith(_BOM)
    ends = text.count("\r\n")
    rows = len(form.head) + len(form.cells) + sum(map(len, form.comments.values()))
    same = ends == rows - (not form.text.endswith("\n")) and text.count("\r") == ends
    return None if same else 0


def _quoting_findings(table: Table, form: Form) -> Iterator[Finding]:
    """Yield a finding at the first cell that is written in more characters than it needs."""
    end = form.dialect.line_terminator or "\n"
    text = form.text if form.text.endswith(end) else form.text + end
    written = form.written(end)
    if written == text:
        return
    place = _first_difference(text, written)
    record, start = _record_around(form, text, place, end)
    index = sum(last < place - start for _, last in record.spans)
    name = {at: name for name, at in table.header.positions.items()}.get(index)
    first, last = record.spans[index]
    yield _finding(
        table,
        "F004",
        "the cell is quoted, or has space before it, without need; it is the first such one",
        record=record.number,
        column=name,
        position=index + 1,
        value=text[start:][first:last],
    )


def _record_around(form: Form, text: str, place: int, end: str) -> tuple[Record, int]:
    """Return the record around a place up to which the text is canonical, and where it begins.

    The spans of the record count from there.
    """
    start = sum(len(line) + len(end) for line in form.before())
    if place < start or form.comments:
        return next(one for one in records(text, form.dialect) if one.end >= place), 0
    ends = (form.rows().str.len_chars() + len(end)).cum_sum()
    row = ends.search_sorted(place - start, side="right")
    start += ends[row - 1] if row else 0
    record = next(records(text[start:], dataclasses.replace(form.dialect, header=False)))
    record.number = form.records[row]
    return record, start


def _first_difference(one: str, other: str) -> int:
    start = 0
    while one[start : start + _CHUNK] == other[start : start + _CHUNK]:
        start += _CHUNK
    return next(
        start + n
        for n in range(_CHUNK)
        if one[start + n : start + n + 1] != other[start + n : start + n + 1]
    )


def row_keys(table: Table, cells: pl.DataFrame) -> pl.Series | None:
    """Return the primary key of each row, its parts joined by ``|``; None without one."""
    import polars

    order = key_order(table.schema, table.header.positions)
    if order is None:
        return None
    parts = [polars.col(str(place)) for place in order.columns]
    return cells.select(polars.concat_str(parts, separator="|")).to_series()


def _cell_findings(
    table: Table, form: Form, column: Column, keys: pl.Series | None
) -> Iterator[Finding]:
    if not column.texts:
        return
    texts = form.cells[str(column.index)]
    name = column.field.name if column.field else None
    for row in texts.is_in(list(column.texts)).arg_true().to_list():
        record = form.records[row]
        if table.is_spared(record, *([name] if name else [])):
            continue
        text = texts[row]
        for code, message in _departures(text, column.texts[text]):
            yield _finding(
                table,
                code,
                message,
                record=record,
                key=None if keys is None else keys[row] or None,
                column=name,
                position=column.index + 1,
                value=text,
                fix=column.texts[text],
            )


def departures(one: Field | None, text: str, result: str) -> Iterator[str]:
    """Yield the codes of the rules by which a cell of a field becomes another text."""
    canonical = canonical_texts(one)(text)
    yield from (code for code, _ in _departures(text, canonical))
    if one is not None and result != canonical:
        known = fixed_texts(one)(text) == result
        yield "K005" if not known else "C009" if one.type == "string" else TYPE_RULES[one.type]


def _departures(text: str, canonical: str) -> Iterator[tuple[str, str]]:
    """Yield the rules from which a text departs that has another canonical text, and how."""
    if canonical not in (text, normal(text)) and canonical.strip() == canonical:
        yield "F008", f"the day is written as {text!r}"
        return
    composed = normal(f".{text}.")[1:-1]
    if composed != text:
        yield "F006", "the text is not in Unicode's composed form (NFC)"
    if canonical != composed:
        yield "F007", "space stands before or after the text"


def _order_findings(table: Table, form: Form, keys: pl.Series | None) -> Iterator[Finding]:
    """Yield a finding at the first row that should stand before the one above it."""
    import polars

    order = key_order(table.schema, table.header.positions)
    if order is None or form.comments:
        return
    rank = ordered_rows(form, order).arg_sort().cast(polars.Int64)
    late = (rank.diff() < 0).arg_true()
    if len(late):
        row = late[0]
        yield _finding(
            table,
            "F005",
            "the row stands after one of a greater key; it is the first such one",
            record=form.records[row],
            key=None if keys is None else keys[row] or None,
        )


def with_fixes(findings: Iterable[Finding], tables: dict[str, Table]) -> list[Finding]:
    """Return findings, those about a cell that can only be meant one way with what it should be."""
    return [_with_fix(finding, tables) for finding in findings]


def _with_fix(finding: Finding, tables: dict[str, Table]) -> Finding:
    table, value = tables.get(finding.table or ""), finding.value
    if finding.fix is not None or table is None or finding.record is None or not value:
        return finding
    if finding.rule[0] not in "TC" or finding.column not in table.schema.positions:
        return finding
    one = table.schema.field(finding.column)
    if finding.rule[0] == "C" and one.type != "string":
        # The value is not the text of the cell.
        return finding
    fixed = fixed_texts(one)(value)
    return finding if fixed == value else dataclasses.replace(finding, fix=fixed)
