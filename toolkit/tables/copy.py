"""A well-formed copy of a file that departs from plain UTF-8 CSV, for DuckDB to read."""

from __future__ import annotations

from pathlib import Path

from toolkit.tables.scan import Fault, Record, records
from toolkit.tables.table import Table

# What a default line of DuckDB's reader may hold; a longer record is read with a larger buffer.
_LINE_BYTES = 2_000_000


def write_copy(table: Table, text: str, copy: Path) -> int:
    """Write the rows with their record numbers; return the bytes of the longest one, or more."""
    dialect, width = table.resource.dialect, table.header.width
    names = {position: name for name, position in table.header.positions.items()}
    longest, line_end = _LINE_BYTES, ""
    mixed = False
    with copy.open("w", encoding="utf-8", newline="") as out:
        for record in records(text, dialect):
            line_end = line_end or record.line_end
            if not mixed and record.line_end and (record.line_end != line_end or line_end == "\r"):
                mixed = True
                table.add(
                    record.number, Fault("S014", _line_end_message(record.line_end, line_end))
                )
            if record.number == 1 and dialect.header:
                for fault in (*record.faults, *table.header.faults):
                    table.add(record.number, fault)
                continue
            # Of a row as wide as the header, the typed table tells whether its cells are empty.
            if record.blank and (len(record.cells) < width or record.start == record.end):
                table.add(record.number, Fault("S006", "the row is blank"))
                continue
            _judge(table, record, width, names)
            cells = [*record.cells[:width], *[""] * (width - len(record.cells))]
            row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
            longest = max(longest, 4 * len(row) + 40)
            out.write(f"{record.number},{row}\n")
    return longest


def _line_end_message(found: str, first: str) -> str:
    names = {"\r": "CR", "\n": "LF", "\r\n": "CRLF"}
    if found == first:
        return "the lines end with CR alone"
    return f"the line ends with {names[found]}, the first line with {names[first]}"


def _judge(table: Table, record: Record, width: int, names: dict[int, str]) -> None:
    """Note the faults of a row and which of its cells the later checks must leave alone."""
    for fault in record.faults:
        table.add(record.number, fault)
        if fault.cell is not None and fault.cell in names:
            table.faulty.add((record.number, names[fault.cell]))
    if not record.sound:
        table.untrusted.add(record.number)
        return
    count = len(record.cells)
    if count != width:
        # The cells after the fault may stand under the wrong header.
        table.untrusted.add(record.number)
    if count > width:
        message = f"the row has {count} cells, the header {width}"
        table.add(record.number, Fault("S005", message, width, record.cells[width]))
    for index in range(count, width):
        name = names.get(index, f"column {index + 1}")
        table.add(record.number, Fault("S004", f"the row ends before the cell of {name}", index))
