"""Plain rows: as many cells as the header has, each bare or well quoted (RFC 4180).

A chunk of a file is first told by counting, which is many times faster than to read it. Only what
counts do not clear is held against a regular expression, run by polars.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from toolkit.package import Dialect
from toolkit.tables.scan import Record

_QUOTED = re.compile(rb'"(?:[^"]++|"")*+"')
# What a plain cell does not hold (scan.py tells what it is): characters of one byte, and others.
_CONTROLS = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_SUSPECT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u{9f}\u{feff}\u{fffd}"
_RARE = re.compile(b"\xc2[\x80-\x9f]|\xef(?:\xbb\xbf|\xbf\xbd)")


class Rows(NamedTuple):
    """Plain rows with which a chunk begins: their bytes, records and lines.

    ``whole`` tells that nothing else is known to follow them in the chunk.
    """

    length: int
    records: int
    lines: int
    whole: bool


class PlainRows:
    """The grammar of the rows of a file: its delimiter, its width and how its lines end."""

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
        self._mark, self._end = dialect.delimiter.encode(), line_end.encode()
        kept = {*self._mark, *b"\r\n", *_CONTROLS}
        self._harmless = bytes(byte for byte in range(256) if byte not in kept)
        # What may stand before and after a quotation mark outside of cells; nothing stands between
        # two of them that are one doubled mark.
        self._before = {b"", self._mark, b"\n"}
        self._after = {b"", self._mark, self._end[:1]}

    def counted(self, chunk: bytes, final: bool) -> Rows | None:
        """Return the rows of a chunk that begins with a record, up to its last whole record.

        None if the counts of the chunk do not show its rows to be plain. They are shown to be so
        together: a row too short or blank can make up for one that is too long.
        """
        length = len(chunk)
        if final and not chunk.endswith(b"\n"):
            chunk += self._end
        chunk = chunk[: chunk.rfind(b"\n") + 1]
        parts = chunk.split(b'"')
        if len(parts) % 2 == 0:
            chunk = _closed(chunk)
            parts = chunk.split(b'"')
        outside, inside = parts[::2], parts[1::2]
        if not {part[-1:] for part in outside[:-1]} <= self._before:
            return None
        if not {part[:1] for part in outside[1:]} <= self._after:
            return None
        records = self._line_ends(b'"'.join(outside))
        within = self._line_ends(b'"'.join(inside), cells=False)
        if not records or within is None or self._width == 1 or _has_rare(chunk):
            return None
        return Rows(min(len(chunk), length), records, records + within, whole=True)

    def _line_ends(self, text: bytes, *, cells: bool = True) -> int | None:
        """Return how many lines end in a text; None if it holds what plain rows do not.

        Where it holds ``cells``, there must be as many delimiters as that many rows have.
        """
        left = text.translate(None, self._harmless)
        marks, lines = left.count(self._mark), left.count(b"\n")
        if len(left) != marks + lines * len(self._end):
            return None
        if len(self._end) > 1 and text.count(self._end) != lines:
            return None
        return lines if not cells or marks == lines * (self._width - 1) else None

    def matched(self, chunk: bytes, final: bool) -> Rows:
        """Return the plain rows with which a chunk begins."""
        length = self._prefix(chunk, final)
        rows = chunk[:length]
        lines = rows.count(b"\n") + (final and length > 0 and not rows.endswith(b"\n"))
        inside = b"".join(_QUOTED.findall(rows)).count(b"\n") if b'"' in rows else 0
        return Rows(length, lines - inside, lines, whole=0 < length == len(chunk))

    def _prefix(self, chunk: bytes, final: bool) -> int:
        """Return the length of the plain rows with which a chunk begins."""
        import polars

        if final and not chunk.endswith(b"\n"):
            complete = self._prefix(chunk + self._end, final=False)
            return min(complete, len(chunk))
        try:
            text = polars.Series([chunk]).cast(polars.String)
        except polars.exceptions.ComputeError:
            valid = _valid(chunk)
            return self._prefix(chunk[: chunk.rfind(b"\n", 0, valid) + 1], final=False)
        rest = text.str.replace(self._rows, "").str.len_bytes()
        return len(chunk) - int(rest[0])

    def is_plain(self, record: Record, text: str) -> bool:
        """Whether a record, with its text, is one of the rows that are called plain."""
        if record.faults or len(record.cells) != self._width or record.start == record.end:
            return False
        if record.line_end not in ("", self.line_end):
            return False
        other = text.replace("\r\n", "") if self.line_end == "\r\n" else text
        return "\r" not in other and (self.line_end == "\n" or "\n" not in other)


def _closed(chunk: bytes) -> bytes:
    """Return lines with an odd number of quotation marks up to the last that ends a record."""
    end, odd = len(chunk), 1
    while odd:
        start = chunk.rfind(b"\n", 0, end - 1) + 1
        odd ^= chunk.count(b'"', start, end) % 2
        end = start
    return chunk[:end]


def _has_rare(chunk: bytes) -> bool:
    """Whether a chunk holds a suspect character of more than one byte."""
    if b"\xc2" not in chunk and b"\xef" not in chunk:
        return False
    return _RARE.search(chunk) is not None


def _valid(chunk: bytes) -> int:
    """Return the number of bytes at the beginning that are UTF-8."""
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(chunk)
