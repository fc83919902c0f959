"""Where the records of a file are, and which of them need the exact scanner.

DuckDB reads well-formed files many times faster than Python could, but is lax about quotation
marks, blank lines, control characters and empty cells too many. One regular expression, run by
polars, therefore holds the file against the grammar of RFC 4180: rows of as many cells as the
header has, each bare or well quoted. Where it stops, the exact scanner takes the next records.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from toolkit.package import Dialect
from toolkit.tables.contents import Contents
from toolkit.tables.grammar import LINE_END
from toolkit.tables.scan import Record, Role, records

_LARGE, _SMALL, _WINDOW = 1 << 18, 1 << 12, 1 << 9
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LINE_FEED = re.compile(rb"\n")
_QUOTED = re.compile(rb'"(?:[^"]++|"")*+"')
# What a plain cell does not hold (scan.py tells what it is).
_SUSPECT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u{9f}\u{feff}\u{fffd}"


class Place(NamedTuple):
    """Where a record begins: its physical line, and its offset in the bytes."""

    line: int
    offset: int


class Block(NamedTuple):
    """Records of a file that stand together. ``plain`` tells that DuckDB can read them all."""

    start: int
    end: int
    record: int
    line: int
    plain: bool


@dataclass(slots=True)
class Survey:
    """The blocks of a file in order, how many records it has, and how its first line ends."""

    contents: Contents
    dialect: Dialect
    blocks: list[Block]
    records: int
    line_end: str
    _known: tuple[int, _Starts] | None = None

    @property
    def plain(self) -> bool:
        """Whether DuckDB can read the file as it is."""
        return all(block.plain for block in self.blocks)

    def suspects(self) -> Iterator[Record]:
        """Yield the records that are not plain, with their numbers."""
        for block in self.blocks:
            if not block.plain:
                yield from self.records_in(block)

    def records_in(self, block: Block) -> Iterator[Record]:
        """Yield the records of a block, with their numbers."""
        read = _records_in(self.contents, self.dialect, block)
        for number, (record, _) in enumerate(read, block.record):
            record.number = number
            record.role = Role.HEADER if self.dialect.header and number == 1 else Role.DATA
            yield record

    def place(self, record: int) -> Place:
        """Return where a record begins; records are counted from 1."""
        index = bisect_right(self.blocks, record, key=lambda block: block.record) - 1
        block = self.blocks[index]
        if self._known is None or self._known[0] != index:
            self._known = (index, _starts(self.contents, self.dialect, block))
        return self._known[1].place(block, record - block.record)


def survey(contents: Contents, dialect: Dialect, width: int) -> Survey:
    """Return the survey of a file whose rows should have ``width`` cells.

    The dialect is one that `is_standard`.
    """
    position, size = contents.start, _LARGE
    grammar = _Grammar(dialect, width, _first_line_end(contents))
    blocks: list[Block] = []
    record = line = 1
    while position < contents.end:
        # The end of a file ends its last record, though another file may follow.
        stop = contents.stop(position)
        chunk = contents.bytes(position, min(position + size, stop))
        final = position + len(chunk) == stop
        chunk = chunk if final else chunk[: chunk.rfind(b"\n") + 1]
        length = grammar.prefix(chunk, final)
        if length:
            lines = chunk.count(b"\n", 0, length) + (final and chunk[length - 1 : length] != b"\n")
            blocks.append(Block(position, position + length, record, line, plain=True))
            record += lines - grammar.inside(chunk[:length])
            line += lines
            position += length
        size = min(2 * size, _LARGE) if length else max(size // 2, _SMALL)
        if not chunk or (length < len(chunk) and position < contents.end):
            first = len(blocks)
            for one, text, end in _records(contents, dialect, position):
                plain = grammar.is_plain(one, text)
                if plain or len(blocks) == first or blocks[-1].plain:
                    blocks.append(Block(position, end, record, line, plain))
                else:
                    # Records at fault often stand together, as blank lines do.
                    blocks[-1] = blocks[-1]._replace(end=end)
                record += 1
                line += len(LINE_END.findall(text))
                position = end
    return Survey(contents, dialect, blocks, record - 1, grammar.line_end)


def is_standard(dialect: Dialect) -> bool:
    """Whether a dialect is that of RFC 4180, but for its delimiter and the header."""
    mark = dialect.delimiter
    usual = Dialect(
        delimiter=mark,
        header=dialect.header,
        null_sequence=dialect.null_sequence,
        header_join=dialect.header_join,
        header_case=dialect.header_case,
    )
    return dialect == usual and len(mark) == 1 and mark.isascii() and mark != '"'


def _records(
    contents: Contents, dialect: Dialect, offset: int
) -> Iterator[tuple[Record, str, int]]:
    """Yield records of a file from ``offset`` on, at least one: after one at fault may be more."""
    end = contents.stop(offset)
    first = record_at(contents, dialect, offset)
    yield first
    offset = first[2]
    window = contents.text(offset, min(contents.line_end(offset + _SMALL), end))
    final = offset + contents.size(window) == end
    for record in records(window, dialect):
        stop = record.end + len(record.line_end)
        if not final and (stop >= len(window) or record.unclosed):
            return
        text = window[record.start : stop]
        offset += contents.size(text)
        yield record, text, offset


def _records_in(contents: Contents, dialect: Dialect, block: Block) -> Iterator[tuple[Record, int]]:
    """Yield the records of a block, each with the offset at which it ends."""
    offset = block.start
    while offset < block.end:
        for record, _, end in _records(contents, dialect, offset):
            yield record, end
            offset = end
            if offset == block.end:
                return


def record_at(contents: Contents, dialect: Dialect, offset: int) -> tuple[Record, str, int]:
    """Return the record that begins at ``offset``, its text, and the offset at which it ends.

    The spans of the record are places in its text.
    """
    size, last = _WINDOW, contents.stop(offset)
    while True:
        end = min(contents.line_end(offset + size), last)
        text = contents.text(offset, end)
        record = next(records(text, dialect))
        stop = record.end + len(record.line_end)
        # What the end of the window cut off could belong to the record, or close its last cell.
        if end == last or (stop < len(text) and not record.unclosed):
            own = text[:stop]
            return record, own, offset + contents.size(own)
        size *= 8


class _Grammar:
    """Plain rows of a file, as polars' regular expressions and Python's."""

    def __init__(self, dialect: Dialect, width: int, line_end: str) -> None:
        mark = re.escape(dialect.delimiter)
        break_ = "|\r\n" if line_end == "\r\n" else ""
        held = r"\r\n" if break_ else r"\r"
        quoted = rf'"(?:[^"{held}{_SUSPECT}]|""{break_})*"'
        bare = rf'[^"{mark}\r\n{_SUSPECT}]'
        # Of a single column, a row without any character would be a blank line.
        cell = rf"(?:{bare}{'*' if width > 1 else '+'}|{quoted})"
        self.line_end, self._width = line_end, width
        self._rows = rf"\A(?:{cell}(?:{mark}{cell}){{{width - 1}}}{line_end})*"

    def prefix(self, chunk: bytes, final: bool) -> int:
        """Return the length of the plain rows with which a chunk begins."""
        import polars

        if final and not chunk.endswith(b"\n"):
            complete = self.prefix(chunk + self.line_end.encode(), final=False)
            return min(complete, len(chunk))
        try:
            text = polars.Series([chunk]).cast(polars.String)
        except polars.exceptions.ComputeError:
            valid = _valid(chunk)
            return self.prefix(chunk[: chunk.rfind(b"\n", 0, valid) + 1], final=False)
        rest = text.str.replace(self._rows, "").str.len_bytes()
        return len(chunk) - int(rest[0])

    def is_plain(self, record: Record, text: str) -> bool:
        """Whether a record, with its text, is one of the rows that `prefix` counts."""
        if record.faults or len(record.cells) != self._width or record.start == record.end:
            return False
        if record.line_end not in ("", self.line_end):
            return False
        other = text.replace("\r\n", "") if self.line_end == "\r\n" else text
        return "\r" not in other and (self.line_end == "\n" or "\n" not in other)

    def inside(self, rows: bytes) -> int:
        """Return the number of line ends inside the cells of plain rows."""
        if b'"' not in rows:
            return 0
        return b"".join(_QUOTED.findall(rows)).count(b"\n")


def _valid(chunk: bytes) -> int:
    """Return the number of bytes at the beginning that are UTF-8."""
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(chunk)


def _first_line_end(contents: Contents) -> str:
    end = contents.line_end(contents.start)
    return "\r\n" if contents.bytes(max(end - 2, 0), end) == b"\r\n" else "\n"


@dataclass(frozen=True, slots=True)
class _Starts:
    """The line ends of a block: all of them, and those that end a record."""

    lines: list[int]
    records: list[int]

    def place(self, block: Block, index: int) -> Place:
        """Return where a record of the block begins; they are counted from 0."""
        if index == 0:
            return Place(block.line, block.start)
        end = self.records[index - 1]
        return Place(block.line + bisect_right(self.lines, end), block.start + end)


def _starts(contents: Contents, dialect: Dialect, block: Block) -> _Starts:
    rows = contents.bytes(block.start, block.end)
    if not block.plain:
        ends = [end - block.start for _, end in _records_in(contents, dialect, block)]
        return _Starts([end.end() for end in _LINE_END.finditer(rows)], ends)
    lines = list(itertools.accumulate(len(line) + 1 for line in rows.split(b"\n")))
    inside = {
        end.end()
        for quoted in _QUOTED.finditer(rows)
        for end in _LINE_FEED.finditer(rows, *quoted.span())
    }
    return _Starts(lines, [end for end in lines if end not in inside])
