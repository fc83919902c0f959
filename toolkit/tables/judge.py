"""What is wrong with single records: the structure faults of rows."""

from __future__ import annotations

from toolkit.tables.scan import Fault, Record, Role
from toolkit.tables.table import Table

_NAMES = {"\r": "CR", "\n": "LF", "\r\n": "CRLF"}


class Judge:
    """Notes the faults of the records of a table, and which cells later checks leave alone.

    ``line_end`` is that of the first line; the first other one is a fault.
    """

    def __init__(self, table: Table, line_end: str = "") -> None:
        self._table = table
        self._names = {position: name for name, position in table.header.positions.items()}
        self._line_end = line_end
        self._mixed = False

    def note(self, record: Record) -> None:
        """Note the faults of a record."""
        self.note_line_end(record)
        if record.role == Role.HEADER:
            # A name that is wrong because of a character is one fault, told with the name.
            wrong = {fault.cell for fault in self._table.header.faults}
            for fault in record.faults:
                if fault.code != "S013" or fault.cell not in wrong:
                    self._table.add(record.number, fault)
        elif record.role == Role.DATA and self.is_blank(record):
            # Of a row as wide as the header, the typed table tells whether its cells are empty.
            self._table.add(record.number, Fault("S006", "the row is blank"))
        elif record.role == Role.DATA:
            self._note_row(record)

    def note_header(self) -> None:
        """Note where the header differs from the schema."""
        for fault in self._table.header.faults:
            self._table.add(self._table.header.record, fault)

    def is_blank(self, record: Record) -> bool:
        """Whether a row holds no text and fewer cells than the header."""
        narrow = len(record.cells) < self._table.header.width
        return record.blank and (narrow or record.start == record.end)

    def cells(self, record: Record) -> list[str]:
        """Return as many cells as the header has, those that are missing empty."""
        width = self._table.header.width
        return [*record.cells[:width], *[""] * (width - len(record.cells))]

    def note_line_end(self, record: Record) -> None:
        """Note the first line end that is not that of the first line."""
        found = record.line_end
        self._line_end = self._line_end or found
        expected = self._table.resource.dialect.line_terminator
        if self._mixed or not found or (found == self._line_end and (found != "\r" or expected)):
            return
        self._mixed = True
        message = "the lines end with CR alone"
        if found != self._line_end:
            message = f"the line ends with {_NAMES.get(found, repr(found))}, the first line with "
            message += _NAMES.get(self._line_end, repr(self._line_end))
        self._table.add(record.number, Fault("S014", message))

    def _note_row(self, record: Record) -> None:
        table = self._table
        for fault in record.faults:
            table.add(record.number, fault)
            if fault.cell is not None and fault.cell in self._names:
                table.mark(record.number, self._names[fault.cell])
        count, width = record.count, table.header.width
        if not record.sound or count != width:
            # The cells after the fault may stand under the wrong header.
            table.untrusted.add(record.number)
        if not record.sound:
            return
        if count > width:
            message = f"the row has {count} cells, the header {width}"
            table.add(record.number, Fault("S005", message, width, record.cells[width]))
        for index in range(count, width):
            name = self._names.get(index, f"column {index + 1}")
            message = f"the row ends before the cell of {name}"
            table.add(record.number, Fault("S004", message, index))
