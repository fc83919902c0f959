"""A difference as Markdown, such as a release's notes or a pull request take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.diff.model import Difference, Row, RowKind, TableDiff
from toolkit.diff.reports.shown import CELL, COLUMNS, change, left_out, state, summary, verdict
from toolkit.findings.markup import inline


def render_markdown(difference: Difference, *, limit: int = 20) -> str:
    """Return the difference as Markdown; text from the packages cannot act as markup."""
    old, new = inline(state(difference.old)), inline(state(difference.new))
    lines = [f"# Changes from {old} to {new}", "", inline(verdict(difference)).capitalize() + "."]
    if difference.touched:
        marks = "| --- |" + " ---: |" * (len(COLUMNS) - 1)
        lines += ["", _line(COLUMNS), marks, *map(_line, summary(difference))]
    if difference.skipped:
        lines += ["", "## Not compared", ""]
        lines += [
            f"- {inline(one.table)} ({inline(one.side)}): {inline(one.reason)}"
            for one in difference.skipped
        ]
    if difference.changes:
        lines += ["", "## Contract", "", "| Change | Before | Now |", "| --- | --- | --- |"]
        lines += [
            _line([words, *map(_value, values)])
            for words, *values in map(change, difference.changes)
        ]
    for table in difference.touched:
        lines += ["", f"## {inline(table.name)}", "", *_rows(table, limit)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(inline, cells))} |"


def _value(text: str | None) -> str:
    if text is None:
        return ""
    return text if len(text) <= CELL else text[:CELL] + "…"


def _rows(table: TableDiff, limit: int) -> Iterator[str]:
    yield from ("| Row | Key | Title | Field | Before | Now |", "| --- |" + " --- |" * 5)
    for kind in RowKind:
        found = [row for row in table.rows if row.kind == kind]
        for row in found[: limit or None]:
            yield from map(_line, _cells(row))
    for line in left_out(table, limit):
        yield from ("", inline(line) + ".")


def _cells(row: Row) -> Iterator[list[str]]:
    key = f"{row.key} → {row.new_key}" if row.new_key else row.key
    named = [str(row.kind), _value(key), _value(row.title)]
    if row.successor and not row.new_key:
        named[1] += f" (now {_value(row.successor)})"
    shown = row.cells if not row.key or row.kind in (RowKind.CHANGED, RowKind.RENAMED) else ()
    for cell in shown:
        yield [*named, cell.field, _value(cell.old), _value(cell.new)]
        named = ["", "", ""]
    if not shown:
        yield [*named, "", "", ""]
