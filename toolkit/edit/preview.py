"""What would be written, before it is."""

from __future__ import annotations

from toolkit.edit.desk import Desk
from toolkit.findings import escape
from toolkit.findings.markup import fitting
from toolkit.query import render_rows

# How much is shown of a line, and of a cell.
_LINE, _CELL = 2_000, 400


def preview(desk: Desk, *, width: int | None = None, colour: bool = False) -> str:
    """Return the new rows, of each table as lines of its file and as a table of its fields."""
    parts = []
    for table, inserted in desk.inserted().items():
        file = desk.file(table)
        lines = [
            f"{escape(file.resource.path)}:{line}: + {_cut(text, _LINE)}\n"
            for line, text in inserted.lines
        ]
        rows = desk.draft.rows(table)
        filled = [name for name in file.header if any(row.get(name) for row in rows)]
        cells = [
            [escape(name), *(_cut(row.get(name, ""), _CELL) for row in rows)] for name in filled
        ]
        names = [escape(table), *(f"row {number + 1}" for number in range(len(rows)))]
        parts.append("".join(lines) + "\n" + render_rows(names, cells, width=width, colour=colour))
    return "\n".join(parts)


def _cut(text: str, room: int) -> str:
    # Text is cut before it is made safe: a hostile one may be very long.
    shown = escape(text[: room + 1])
    part = fitting(shown, room)
    return part if part == shown and len(text) <= room else f"{part}… ({len(text):,} characters)"
