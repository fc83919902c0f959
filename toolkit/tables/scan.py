"""The exact structure of delimited text (RFC 4180, Table Dialect), record by record, with faults.

DuckDB reads well-formed files many times faster but is lax about quotation marks, blank lines and
control characters, and knows only part of the dialects. Whatever it might misread, and every
excerpt of a finding, goes through this scanner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from toolkit.package import Dialect
from toolkit.tables.grammar import BLANKS, Grammar, grammar_of

_SUSPECT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd]")
# What decoding with surrogateescape leaves of a byte that is not text in the encoding.
_UNDECODED = re.compile("[\udc80-\udcff]")
# A table has no more columns than this: DuckDB takes a second and 100 MB for each thousand.
MOST_COLUMNS = 10_000
# How often a text is searched for closing marks in vain before they are sought on their line only.
_PATIENCE = 20


class Role(Enum):
    """What a record is for. What is before the data and no header is skipped, as comments are."""

    HEADER = "header"
    DATA = "data"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Fault:
    """A structure fault: its rule code, what is wrong, and the index of the cell, if one is.

    ``column`` names a column that the file does not have.
    """

    code: str
    message: str
    cell: int | None = None
    value: str | None = None
    column: str | None = None


@dataclass(slots=True)
class Record:
    """One record. ``spans`` bound each cell in the text, quotation marks included.

    ``sound`` is False where a quotation mark is out of place, so that the cells cannot be trusted;
    ``unclosed`` where one opens a cell that no later mark of the text closes. ``sought`` tells how
    many characters were searched for a closing mark in vain. Of a record with more
    cells than a table can have columns, those beyond are counted in ``more`` and not kept.
    """

    number: int
    line: int
    start: int
    end: int
    cells: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    line_end: str = ""
    sound: bool = True
    unclosed: bool = False
    sought: int = 0
    more: int = 0
    role: Role = Role.DATA

    @property
    def count(self) -> int:
        """The number of cells."""
        return len(self.cells) + self.more

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything but spaces and tabs."""
        return not any(cell.strip(BLANKS) for cell in self.cells)


def records(text: str, dialect: Dialect) -> Iterator[Record]:
    """Yield every record of ``text``, blank lines and comments included, in order.

    A quotation mark that is never closed, or closes in the middle of a later line, spoils only the
    line on which it stands: reading goes on with the next one.
    """
    return (record for record, _ in records_of([text], dialect))


def records_of(texts: Iterable[str], dialect: Dialect) -> Iterator[tuple[Record, str]]:
    """Yield the records of several texts as those of one table, each with its text.

    Each text begins on a new line; its end is the end of its last record.
    """
    roles, number, line = _Roles(dialect), 0, 1
    for text in texts:
        start = 0
        for record in _records(text, dialect, roles, number, line):
            yield record, text
            number, line, start = record.number, record.line, record.start
        line += _line_ends(text, start, len(text)) + (not text.endswith(("\n", "\r")))


def _records(
    text: str, dialect: Dialect, roles: _Roles, number: int, line: int
) -> Iterator[Record]:
    """Yield the records of a text; ``number`` have come before, and it begins on ``line``."""
    grammar, comment = grammar_of(dialect), dialect.comment_char
    position, patience = 0, _PATIENCE * len(text)
    while position < len(text):
        number += 1
        record = Record(number=number, line=line, start=position, end=position)
        if comment and text.startswith(comment, position):
            # A comment is text: it ends with its line, whatever marks it holds.
            position = _line_stop(text, position, grammar)
            record.cells, record.spans = [text[record.start : position]], [(record.start, position)]
            record.role = Role.SKIPPED
        else:
            far = len(text) if patience >= 0 else _line_stop(text, position, grammar)
            position = _cells(text, record, grammar, far)
            patience -= record.sought
            record.role = roles.next(number)
        record.end = position
        end = grammar.line_end.match(text, position)
        if end:
            record.line_end = end.group()
            position = end.end()
        line += _line_ends(text, record.start, position)
        if record.role == Role.SKIPPED:
            record.faults.clear()
        else:
            _check_characters(record)
        yield record


def _line_ends(text: str, start: int, end: int) -> int:
    return sum(text.count(mark, start, end) for mark in "\r\n") - text.count("\r\n", start, end)


class _Roles:
    """Tells the role of each record that is no comment line, asked in order."""

    def __init__(self, dialect: Dialect) -> None:
        self._comments = frozenset(dialect.comment_rows)
        self._header = frozenset(dialect.header_rows if dialect.header else ())
        self._last = max(self._header, default=0)
        # The first row of a file is its header; comments before it do not count.
        self._wanted = dialect.header and dialect.header_rows == (1,)

    def next(self, number: int) -> Role:
        if number in self._comments:
            return Role.SKIPPED
        if self._wanted:
            self._wanted = False
            return Role.HEADER
        if number > self._last:
            return Role.DATA
        return Role.HEADER if number in self._header else Role.SKIPPED


def _line_stop(text: str, start: int, grammar: Grammar) -> int:
    """Return where the line ends, or the text if no line end follows."""
    line_end = grammar.line_end.search(text, start)
    return line_end.start() if line_end else len(text)


def _cells(text: str, record: Record, grammar: Grammar, far: int) -> int:
    """Read the cells of a record and return where it ends; none is sought beyond ``far``."""
    position = record.start
    while True:
        position = _cell(text, position, record, grammar, far)
        if len(record.cells) > MOST_COLUMNS + 1:
            _drop_cell(record)
        if not text.startswith(grammar.delimiter, position):
            return position
        position += len(grammar.delimiter)
        if record.more:
            position = _skip(text, position, record, grammar)


def _drop_cell(record: Record) -> None:
    """Only count the last cell; of what is wrong with such cells the first one is told."""
    del record.cells[-1], record.spans[-1]
    record.more += 1
    if len(record.faults) > 1 and record.faults[-1].cell == len(record.cells):
        del record.faults[-1]


def _skip(text: str, position: int, record: Record, grammar: Grammar) -> int:
    """Count simple cells of a record and return where the next one that may not be begins."""
    if len(grammar.delimiter) > 1:
        return position
    last = text.rfind(grammar.delimiter, position, _end(grammar.simple, text, position))
    if last < 0:
        return position
    record.more += text.count(grammar.delimiter, position, last + 1)
    return last + 1


def _cell(text: str, start: int, record: Record, grammar: Grammar, far: int) -> int:
    """Read one cell into ``record`` and return where it ends."""
    index = len(record.cells)
    if grammar.blanks:
        start = _end(grammar.blanks, text, start)
    if not grammar.quote or not text.startswith(grammar.quote, start):
        end = _end(grammar.bare, text, start)
        if not grammar.ends_at(text, end):
            end = _end(grammar.rest, text, start)
            message = "a quotation mark stands inside a cell that does not begin with one"
            record.faults.append(Fault("S002", message, index, text[start:end]))
            record.sound = False
        value = text[start:end]
        if grammar.escape:
            value = grammar.escape.sub(r"\1", value)
    else:
        whole = grammar.quoted.match(text, start, far)
        if whole and grammar.ends_at(text, whole.end()):
            end = whole.end()
            value = text[start + 1 : end - 1]
            if grammar.escape or grammar.quote in value:
                value = grammar.doubled.sub(r"\1", value)
        elif whole and not grammar.line_end.search(whole.group()):
            end = _end(grammar.rest, text, whole.end())
            value = text[start:end].replace(grammar.quote, "")
            message = "text follows the closing quotation mark of a cell"
            record.faults.append(Fault("S002", message, index, text[start:end]))
            record.sound = False
        else:
            end = _line_stop(text, start, grammar)
            value = text[start + 1 : end]
            message = "the quotation mark that opens this cell "
            if whole:
                message += "closes no cell on a later line"
            else:
                message += "is never closed" if far == len(text) else "is not closed on its line"
            record.unclosed |= whole is None
            record.sought = (whole.end() if whole else far) - start
            record.faults.append(Fault("S003", message, index, text[start:end]))
            record.sound = False
    record.cells.append(value)
    record.spans.append((start, end))
    return end


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return where the match of a pattern that matches everywhere ends."""
    return pattern.match(text, start).end()  # type: ignore[union-attr]


def _check_characters(record: Record) -> None:
    for index, cell in enumerate(record.cells):
        undecoded = _UNDECODED.search(cell)
        if undecoded:
            byte = ord(undecoded.group()) - 0xDC00
            message = f"byte 0x{byte:02X} is not text in the encoding of the file"
            record.faults.append(Fault("S001", message, index, _UNDECODED.sub("\ufffd", cell)))
            record.cells[index] = _UNDECODED.sub("\ufffd", cell)
        elif suspect := _SUSPECT_TEXT.search(cell):
            code = f"U+{ord(suspect.group()):04X}"
            record.faults.append(Fault("S013", f"the cell holds the character {code}", index, cell))
