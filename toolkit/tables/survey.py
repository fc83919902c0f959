"""Where the records of a file are, and which of them need the exact scanner.

DuckDB reads well-formed files many times faster than Python could, but is lax about quotation
marks, blank lines, control characters and empty cells too many. The file is therefore held against
the grammar of its rows (plain.py), chunk by chunk: counts clear most chunks, a regular expression
looks at the others, and where that stops, the exact scanner takes the next records.
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
from toolkit.tables.plain import PlainRows
from toolkit.tables.scan import Record, Role, records

_LARGE, _SMALL, _WINDOW = 1 << 15, 1 << 12, 1 << 9
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LINE_FEED = re.compile(rb"\n")


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


def survey(contents: Contents, dialect: Dialect, width: int, *, exact: bool = False) -> Survey:
    """Return the survey of a file, of one record or more, whose rows should have ``width`` cells.

    The dialect is one that `is_standard`. Unless the survey is ``exact``, a block that is called
    plain can hold rows that are too short or blank beside rows that are too long: DuckDB refuses
    those, or returns fewer rows than were counted here. It also refuses what is not UTF-8, except
    in the header, so that the first record is always scanned.
    """
    size = _LARGE
    grammar = PlainRows(dialect, width, _first_line_end(contents))
    first, text, position = record_at(contents, dialect, contents.start)
    blocks = [Block(contents.start, position, 1, 1, grammar.is_plain(first, text))]
    record, line = 2, 1 + len(LINE_END.findall(text))
    while position < contents.end:
        # The end of a file ends its last record, though another file may follow.
        stop = contents.stop(position)
        chunk = contents.bytes(position, min(position + size, stop))
        final = position + len(chunk) == stop
        rows = None if exact else grammar.counted(chunk, final)
        if rows is None:
            chunk = chunk if final else chunk[: chunk.rfind(b"\n") + 1]
            rows = grammar.matched(chunk, final)
        if rows.length:
            blocks.append(Block(position, position + rows.length, record, line, plain=True))
            record += rows.records
            line += rows.lines
            position += rows.length
        size = min(2 * size, _LARGE) if rows.length else max(size // 2, _SMALL)
        if not rows.whole and position < contents.end:
            known = len(blocks)
            for one, text, end in _records(contents, dialect, position):
                plain = grammar.is_plain(one, text)
                if plain or len(blocks) == known or blocks[-1].plain:
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
    inside, offset = set(), 0
    for number, part in enumerate(rows.split(b'"')):
        # Between two quotation marks, one of which may be half of a doubled one.
        if number % 2 and b"\n" in part:
            inside |= {offset + end.end() for end in _LINE_FEED.finditer(part)}
        offset += len(part) + 1
    return _Starts(lines, [end for end in lines if end not in inside])
