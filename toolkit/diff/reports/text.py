"""A difference as text, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.diff.model import Cell, Difference, Row, RowKind, TableDiff
from toolkit.diff.reports.shown import (
    CELL,
    COLUMNS,
    MARKS,
    change,
    left_out,
    state,
    summary,
    verdict,
)
from toolkit.findings import escape
from toolkit.findings.markup import Paint, disarm

_COLOURS = {
    RowKind.REMOVED: "31",
    RowKind.ADDED: "32",
    RowKind.RENAMED: "36",
    RowKind.CHANGED: "33",
}


def render_text(difference: Difference, *, limit: int = 20, colour: bool = False) -> str:
    """Return the numbers, the changes of the contract, and the first ``limit`` rows of each kind.

    ``colour`` is for terminals.
    """
    paint = Paint(colour)
    lines = [f"old  {_shown(state(difference.old))}", f"new  {_shown(state(difference.new))}", ""]
    if difference.touched:
        lines += [*_table(difference), ""]
    if difference.skipped:
        lines.append(paint("Not compared", "1"))
        lines += [
            f"  {_shown(one.table)} ({one.side}): {paint.isolate(_shown(one.reason))}"
            for one in difference.skipped
        ]
        lines.append("")
    if difference.changes:
        lines.append(paint("Contract", "1"))
        for one in difference.changes:
            words, old, new = change(one)
            values = f": {_values(old, new, paint)}" if (old, new) != (None, None) else ""
            lines.append(f"  {paint.isolate(_shown(words))}{values}")
        lines.append("")
    for table in difference.touched:
        lines += [paint(_shown(table.name), "1"), *_rows(table, limit, paint), ""]
    lines.append(verdict(difference))
    return disarm("\n".join(lines)) + "\n"


def _shown(text: str) -> str:
    return escape(text, CELL).replace("\t", " ")


def _value(text: str | None, paint: Paint) -> str:
    return "(empty)" if text is None else paint.isolate(f"'{_shown(text)}'")


def _values(old: str | None, new: str | None, paint: Paint) -> str:
    if old is None:
        return _value(new, paint)
    return f"{_value(old, paint)} → {_value(new, paint)}"


def _table(difference: Difference) -> Iterator[str]:
    lines = [COLUMNS, *((_shown(name), *rest) for name, *rest in summary(difference))]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for name, *counts in lines:
        numbers = (f"{one:>{width}}" for one, width in zip(counts, widths[1:], strict=True))
        yield f"{name:<{widths[0]}}  {'  '.join(numbers)}"


def _rows(table: TableDiff, limit: int, paint: Paint) -> Iterator[str]:
    for kind in RowKind:
        found = [row for row in table.rows if row.kind == kind]
        for row in found[: limit or None]:
            yield f"  {paint(MARKS[kind], _COLOURS[kind])} {_name(row, paint)}"
            if not row.key or kind in (RowKind.CHANGED, RowKind.RENAMED):
                yield from (f"      {_cell(cell, row, paint)}" for cell in row.cells)
    yield from (f"  … {line}" for line in left_out(table, limit))


def _name(row: Row, paint: Paint) -> str:
    name = _shown(row.key) + (f" → {_shown(row.new_key)}" if row.new_key else "")
    title = paint.isolate(_shown(row.title)) if row.title and row.title != row.key else ""
    known = ""
    if row.kind == RowKind.REMOVED and row.tombstone:
        known = f"(now {_shown(row.successor)})" if row.successor else "(has a tombstone)"
    return "  ".join(part for part in (name, title, known) if part)


def _cell(cell: Cell, row: Row, paint: Paint) -> str:
    if row.kind in (RowKind.CHANGED, RowKind.RENAMED):
        return f"{_shown(cell.field)}: {_value(cell.old, paint)} → {_value(cell.new, paint)}"
    return f"{_shown(cell.field)}: {_value(cell.new if cell.old is None else cell.old, paint)}"
