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
from functools import cache

from toolkit.package import Dialect

_SUSPECT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd]")
# What decoding with surrogateescape leaves of a byte that is not text in the encoding.
_UNDECODED = re.compile("[\udc80-\udcff]")
BLANKS = " \t"
LINE_END = re.compile(r"\r\n|\n|\r")


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
    ``unclosed`` where one opens a cell that no later mark of the text closes.
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
    role: Role = Role.DATA

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything but spaces and tabs."""
        return not any(cell.strip(BLANKS) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How the cells of a dialect are told apart.

    ``ends`` holds the ends of a cell that are one character, and the empty end of the text.
    ``bare`` is what may stand in a cell without quotation marks, ``rest`` what may stand before the
    end of a cell once a mark is out of place, ``quoted`` a cell in quotation marks. ``escaped``
    finds what stands for another character, which is its last one.
    """

    quote: str
    delimiter: str
    line_end: re.Pattern[str]
    blanks: re.Pattern[str] | None
    bare: re.Pattern[str]
    rest: re.Pattern[str]
    quoted: re.Pattern[str]
    escape: re.Pattern[str] | None
    doubled: re.Pattern[str]
    ends: frozenset[str]

    def ends_at(self, text: str, position: int) -> bool:
        """Whether a cell that has been read up to ``position`` ends there."""
        return (
            text[position : position + 1] in self.ends
            or text.startswith(self.delimiter, position)
            or self.line_end.match(text, position) is not None
        )


@cache
def _grammar(dialect: Dialect) -> _Grammar:
    terminator = dialect.line_terminator or ""
    delimiter, line_end = re.escape(dialect.delimiter), re.escape(terminator) or LINE_END.pattern
    # A pattern that matches nothing stands for a mark that the dialect does not have.
    quote = re.escape(dialect.quote_char) or "(?!)"
    escape = re.escape(dialect.escape_char) or "(?!)"
    double = quote if dialect.double_quote else "(?!)"
    marks = dialect.quote_char + dialect.escape_char
    begin = re.escape(dialect.delimiter[0] + marks + (terminator[:1] or "\r\n"))
    inside = f"[^{re.escape(marks)}]" if marks else "."

    def until(*ends: str) -> re.Pattern[str]:
        other = "|".join((*ends, delimiter, line_end))
        return re.compile(f"(?:[^{begin}]++|{escape}.|(?!{other}).)*+", re.DOTALL)

    skipped = BLANKS.replace(dialect.delimiter, "") if dialect.skip_initial_space else ""
    line_ends = (terminator,) if terminator else ("\r", "\n")
    return _Grammar(
        quote=dialect.quote_char,
        delimiter=dialect.delimiter,
        line_end=re.compile(line_end),
        blanks=re.compile(f"[{skipped}]*") if skipped else None,
        bare=until(quote),
        rest=until(),
        quoted=re.compile(
            f"{quote}(?:{inside}++|{double}{quote}|{escape}.)*+{quote}(?!{double})", re.DOTALL
        ),
        escape=re.compile(f"{escape}(.)", re.DOTALL) if dialect.escape_char else None,
        doubled=re.compile(f"(?:{escape}|{double})(.)", re.DOTALL),
        ends=frozenset(("", dialect.delimiter, *line_ends)),
    )


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
        line += len(LINE_END.findall(text, start)) + (not text.endswith(("\n", "\r")))


def _records(
    text: str, dialect: Dialect, roles: _Roles, number: int, line: int
) -> Iterator[Record]:
    """Yield the records of a text; ``number`` have come before, and it begins on ``line``."""
    grammar, comment = _grammar(dialect), dialect.comment_char
    position = 0
    while position < len(text):
        number += 1
        record = Record(number=number, line=line, start=position, end=position)
        if comment and text.startswith(comment, position):
            # A comment is text: it ends with its line, whatever marks it holds.
            end = grammar.line_end.search(text, position)
            position = end.start() if end else len(text)
            record.cells, record.spans = [text[record.start : position]], [(record.start, position)]
            record.role = Role.SKIPPED
        else:
            position = _cells(text, record, grammar)
            record.role = roles.next(number)
        record.end = position
        end = grammar.line_end.match(text, position)
        if end:
            record.line_end = end.group()
            position = end.end()
        line += sum(1 for _ in LINE_END.finditer(text, record.start, position))
        if record.role == Role.SKIPPED:
            record.faults.clear()
        else:
            _check_characters(record)
        yield record


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


def _cells(text: str, record: Record, grammar: _Grammar) -> int:
    """Read the cells of a record and return where it ends."""
    position = record.start
    while True:
        position = _cell(text, position, record, grammar)
        if not text.startswith(grammar.delimiter, position):
            return position
        position += len(grammar.delimiter)


def _cell(text: str, start: int, record: Record, grammar: _Grammar) -> int:
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
        whole = grammar.quoted.match(text, start)
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
            line_end = grammar.line_end.search(text, start)
            end = line_end.start() if line_end else len(text)
            value = text[start + 1 : end]
            message = "the quotation mark that opens this cell is never closed"
            record.unclosed |= whole is None
            if whole:
                message = "the quotation mark that opens this cell closes no cell on a later line"
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
