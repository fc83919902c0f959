"""The bytes of a resource as one UTF-8 file, however it is written, split or compressed."""

from __future__ import annotations

import codecs
import itertools
import os
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from toolkit.findings import Finding, builtin_rule
from toolkit.package import Dialect, Resource
from toolkit.package.paths import is_text
from toolkit.tables.scan import Role, records

_CHUNK = 1 << 20
# Half a surrogate pair that an encoding itself wrote, not one that stands for a byte.
_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_LINE = 1 << 10
_LINE_END = re.compile(rb"\r\n|\n|\r")
# No table of text shrinks to a hundredth; a file that did would be made to fill the disk.
_LARGEST_RATIO = 100
_HARMLESS_BYTES = 1 << 27


class Unloadable(Exception):
    """The file cannot be read as a table; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Part(NamedTuple):
    """One of the files of a resource: where its text and its lines begin in those of the whole.

    ``skipped`` counts the lines before that were left out.
    """

    path: str
    start: int
    first_line: int
    skipped: int


@dataclass(slots=True)
class Contents:
    """UTF-8 text in ``file``, from the offset ``start`` (after a byte order mark) to ``end``.

    ``errors`` tells how bytes that are no text are decoded, each to one lone surrogate. The file is
    opened when it is read, and should be closed: there can be more tables than files may be open.
    """

    file: Path
    start: int
    end: int
    parts: tuple[Part, ...]
    errors: str
    _handle: BinaryIO | None = None

    def close(self) -> None:
        """Close the file until it is read again."""
        if self._handle:
            self._handle.close()
        self._handle = None

    def bytes(self, start: int, end: int) -> bytes:
        """Return the bytes between two offsets, as far as there are any."""
        self._handle = self._handle or self.file.open("rb")
        self._handle.seek(start)
        return self._handle.read(min(end, self.end) - start)

    def line_end(self, offset: int) -> int:
        """Return the offset after the first line feed at ``offset`` or later; the end without."""
        while offset < self.end:
            chunk = self.bytes(offset, offset + _LINE)
            place = chunk.find(b"\n")
            if place >= 0:
                return offset + place + 1
            offset += len(chunk)
        return self.end

    def stop(self, offset: int) -> int:
        """Return the offset at which the file that holds ``offset`` ends, and so does a record."""
        index = bisect_right(self.parts, offset, key=lambda part: part.start)
        return self.parts[index].start if index < len(self.parts) else self.end

    def text(self, start: int, end: int) -> str:
        """Return the text between two offsets."""
        return self.bytes(start, end).decode("utf-8", self.errors)

    def texts(self, end: int) -> Iterator[str]:
        """Yield the text of each file of the resource, up to the offset ``end``."""
        start = self.start
        while start < end:
            stop = min(self.stop(start), end)
            yield self.text(start, stop)
            start = stop

    def size(self, text: str) -> int:
        """Return the number of bytes that stand for ``text``."""
        return len(text) if text.isascii() else len(text.encode("utf-8", self.errors))

    def original(self, line: int) -> tuple[str, int]:
        """Return the file of the resource, and the line in it, that a line of the text is."""
        index = bisect_right(self.parts, line, key=lambda part: part.first_line) - 1
        part = self.parts[index]
        return part.path, line - part.first_line + 1 + part.skipped


def open_contents(resource: Resource, copy: Path) -> Contents:
    """Return the text of a resource; ``copy`` is written only where its file is not that text.

    Raises Unloadable if there is nothing to read.
    """
    file, errors = resource.file, "surrogateescape"
    parts: tuple[Part, ...] = (Part(resource.path, 0, 1, 0),)
    if resource.inline:
        file = copy
        copy.write_bytes(resource.inline)
    elif len(resource.files) > 1 or resource.compression or not _is_utf8(resource.encoding):
        file, parts, errors = copy, _write(resource, copy), "surrogatepass"
    elif not is_text(str(file)):
        # DuckDB opens no file in a folder whose name is not UTF-8.
        copy.symlink_to(file.absolute())
        file = copy
    if file.stat().st_size == 0:
        raise Unloadable(_fault("S012", resource, "the file is empty"))
    with file.open("rb") as handle:
        head, end = handle.read(3), handle.seek(0, os.SEEK_END)
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise Unloadable(_fault("S001", resource, "the file is UTF-16 text, not UTF-8"))
    start = len(codecs.BOM_UTF8) if head == codecs.BOM_UTF8 else 0
    return Contents(file, start, end, parts, errors)


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def _fault(code: str, resource: Resource, message: str) -> Finding:
    return builtin_rule(code).finding(resource.path, message, table=resource.name)


def _write(resource: Resource, copy: Path) -> tuple[Part, ...]:
    """Write the files one after the other as UTF-8.

    Where a later file has the header of the first one, it is left out, as is what stands before it.
    """
    parts: list[Part] = []
    header: list[list[str]] = []
    with copy.open("wb") as out:
        writer = _Writer(out, (resource.dialect.line_terminator or "").encode())
        for path, file in zip(resource.paths, resource.files, strict=True):
            writer.end_line()
            chunks = _utf8(resource, path, file)
            head, own, end = _head(chunks, resource.dialect)
            skipped = end if header and own == header else 0
            header = header or own
            parts.append(Part(path, out.tell(), writer.line, _line_ends(head[:skipped])))
            for chunk in itertools.chain([head[skipped:]], chunks):
                writer.write(chunk)
    return tuple(parts)


def _head(chunks: Iterator[bytes], dialect: Dialect) -> tuple[bytes, list[list[str]], int]:
    """Take the beginning of a file: its text, its header rows, and where the last of them ends."""
    head, count = b"", 1
    while True:
        more = b"".join(itertools.islice(chunks, count))
        head += more
        rows, end, text = [], 0, head.decode("utf-8", "surrogatepass")
        for record in records(text, dialect):
            if record.role == Role.DATA:
                more = b""
                break
            if record.role == Role.HEADER:
                rows.append(record.cells)
                end = record.end + len(record.line_end)
        if not more:
            return head, rows, len(text[:end].encode("utf-8", "surrogatepass"))
        # Comments may stand before it.
        count *= 8


class _Writer:
    """Writes files one after the other, each from a new line on, and counts their lines.

    ``terminator`` is what the dialect has for a line end, if it is none of the usual ones.
    """

    def __init__(self, out: BinaryIO, terminator: bytes) -> None:
        self.line = 1
        self._out = out
        self._ends = (terminator,) if terminator else (b"\n", b"\r")
        self._line_end = terminator
        self._last = b""

    def write(self, chunk: bytes) -> None:
        """Write some of the text of a file."""
        self._out.write(chunk)
        self.line += _line_ends(self._last[-1:] + chunk) - _line_ends(self._last[-1:])
        self._last = (self._last + chunk)[-len(self._ends[0]) :]
        if not self._line_end and (first := _LINE_END.search(chunk)):
            self._line_end = first.group()

    def end_line(self) -> None:
        """End the last line of a file, as the first one is, if the file does not."""
        if self._last and not self._last.endswith(self._ends):
            self.write(self._line_end or b"\n")
        if self._last and self._last[-1:] not in (b"\n", b"\r"):
            self.line += 1
        self._last = b""


def _line_ends(text: bytes) -> int:
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def _utf8(resource: Resource, path: str, file: Path) -> Iterator[bytes]:
    """Yield the text of a file as UTF-8 without a byte order mark.

    A byte that is no text becomes half a surrogate pair, which is no UTF-8 either.
    """
    decoder = codecs.getincrementaldecoder(resource.encoding)("surrogateescape")
    first = True
    try:
        for chunk in itertools.chain(_bytes(resource, path, file), [b""]):
            text = decoder.decode(chunk, final=not chunk)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            yield _HALVES.sub("\ufffd", text).encode("utf-8", "surrogatepass")
    except UnicodeError as error:
        message = f"the file cannot be read as {resource.encoding} ({error})"
        raise Unloadable(builtin_rule("S001").finding(path, message, table=resource.name)) from None


def _bytes(resource: Resource, path: str, file: Path) -> Iterator[bytes]:
    """Yield the bytes of a file, inflated if it is compressed."""
    import gzip

    limit = max(_HARMLESS_BYTES, _LARGEST_RATIO * file.stat().st_size)
    size = 0
    try:
        with file.open("rb") as raw, gzip.open(raw) if resource.compression else raw as handle:
            while chunk := handle.read(_CHUNK):
                size += len(chunk)
                if resource.compression and size > limit:
                    message = f"the file inflates to more than {limit:,} bytes and is not read"
                    raise Unloadable(_fault("S012", resource, message))
                yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"the file {path} cannot be inflated ({error})"
        raise Unloadable(_fault("S012", resource, message)) from None
