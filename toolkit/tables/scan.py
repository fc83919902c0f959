"""The exact structure of delimited text (RFC 4180), record by record, with its faults.

DuckDB reads well-formed files many times faster but is lax about quotation marks, blank lines and
control characters, and numbers no lines. Every file that `is_plain` does not vouch for, and every
excerpt of a finding, goes through this scanner.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from toolkit.package import Dialect

Buffer = bytes | mmap.mmap

_SUSPECT_BYTES = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xef\xbf\xbd|\n\n|\r\n\r\n"
)
_SUSPECT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
# What decoding with surrogateescape leaves of a byte that is not text in the encoding.
_UNDECODED = re.compile("[\udc80-\udcff]")
BLANKS = " \t"
# In a file with CRLF line ends, whatever is not one.
_OTHER_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Fault:
    """A structure fault: its rule code, what is wrong, and the index of the cell, if one is."""

    code: str
    message: str
    cell: int | None = None
    value: str | None = None


@dataclass(slots=True)
class Record:
    """One record. ``spans`` bound each cell in the text, quotation marks included.

    ``sound`` is False where a quotation mark is out of place, so that the cells cannot be trusted.
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

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything but spaces and tabs."""
        return not any(cell.strip(BLANKS) for cell in self.cells)


def is_plain(data: Buffer, dialect: Dialect) -> bool:
    """Whether UTF-8 bytes are free of everything that DuckDB reads laxly.

    Ragged rows and bytes that are not UTF-8 are left to DuckDB, which names them.
    """
    if dialect.quote_char != '"' or data[:1] in (b"\n", b"\r") or _SUSPECT_BYTES.search(data):
        return False
    if data.find(b"\r") >= 0 and _OTHER_LINE_END.search(data):
        return False
    return data.find(b'"') < 0 or bool(_well_quoted(dialect.delimiter.encode()).fullmatch(data))


@cache
def _well_quoted(delimiter: bytes) -> re.Pattern[bytes]:
    edge = b"[^" + re.escape(delimiter) + rb"\r\n]"
    opening = rb"(?:(?<!" + edge + rb')|(?<=\A\xef\xbb\xbf))"'
    closing = rb'"(?!' + edge + b")"
    return re.compile(rb'(?:[^"]++|' + opening + rb'(?:[^"]++|"")*+' + closing + rb")*+")


def records(text: str, dialect: Dialect) -> Iterator[Record]:
    """Yield every record of ``text``, blank lines included, in order.

    A quotation mark that is never closed, or closes in the middle of a later line, spoils only the
    line on which it stands: reading goes on with the next one.
    """
    delimiter, quote = dialect.delimiter, dialect.quote_char
    bare = re.compile(f"[^{re.escape(delimiter)}{re.escape(quote)}\r\n]*")
    rest = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    mark = re.escape(quote)
    quoted = re.compile(f"{mark}(?:[^{mark}]++|{mark}{mark})*+{mark}(?!{mark})")
    ends = (delimiter, "\r", "\n", "")
    position, line, number = 0, 1, 0
    while position < len(text):
        number += 1
        record = Record(number=number, line=line, start=position, end=position)
        while True:
            position = _cell(text, position, record, bare, rest, quoted, quote, ends)
            if text[position : position + 1] != delimiter:
                break
            position += 1
        record.end = position
        end = LINE_END.match(text, position)
        if end:
            record.line_end = end.group()
            position = end.end()
        line += sum(1 for _ in LINE_END.finditer(text, record.start, position))
        _check_characters(record)
        yield record


def _cell(
    text: str,
    start: int,
    record: Record,
    bare: re.Pattern[str],
    rest: re.Pattern[str],
    quoted: re.Pattern[str],
    quote: str,
    ends: tuple[str, ...],
) -> int:
    """Read one cell into ``record`` and return where it ends."""
    index = len(record.cells)
    if not text.startswith(quote, start):
        end = bare.match(text, start).end()  # type: ignore[union-attr]
        if text.startswith(quote, end):
            end = rest.match(text, start).end()  # type: ignore[union-attr]
            message = "a quotation mark stands inside a cell that does not begin with one"
            record.faults.append(Fault("S002", message, index, text[start:end]))
            record.sound = False
        value = text[start:end]
    else:
        whole = quoted.match(text, start)
        if whole and text[whole.end() : whole.end() + 1] in ends:
            end = whole.end()
            value = text[start + 1 : end - 1].replace(quote * 2, quote)
        elif whole and not LINE_END.search(whole.group()):
            end = rest.match(text, whole.end()).end()  # type: ignore[union-attr]
            value = text[start:end].replace(quote, "")
            message = "text follows the closing quotation mark of a cell"
            record.faults.append(Fault("S002", message, index, text[start:end]))
            record.sound = False
        else:
            line_end = LINE_END.search(text, start)
            end = line_end.start() if line_end else len(text)
            value = text[start + 1 : end]
            message = "the quotation mark that opens this cell is never closed"
            if whole:
                message = "the quotation mark that opens this cell closes no cell on a later line"
            record.faults.append(Fault("S003", message, index, text[start:end]))
            record.sound = False
    record.cells.append(value)
    record.spans.append((start, end))
    return end


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
