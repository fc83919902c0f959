"""The file of a table as lines: rows are put between them, and no other line changes."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from toolkit.findings import escape
from toolkit.package import Resource, Schema
from toolkit.tables.survey import is_standard

_NUMBERS = ("integer", "number", "year")
_MARK = b"\xef\xbb\xbf"
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


class NotEditable(Exception):
    """Rows cannot be put into the file of a table; the message says why and what to do."""


class Inserted(NamedTuple):
    """A file with new rows: its bytes, and of each new row its line number and its text."""

    content: bytes
    lines: list[tuple[int, str]]


@dataclass(frozen=True)
class TableFile:
    """A file in UTF-8 with a header, of rows that all have its width.

    ``records`` are the bytes of the file, cut where its records end; ``rows`` are the cells of
    those that follow the header.
    """

    resource: Resource
    schema: Schema
    header: tuple[str, ...]
    records: tuple[bytes, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource.name

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file."""
        return b"".join(self.records)

    def values(self, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield the cells of some fields, row by row; those without a column are empty."""
        places = [self.header.index(name) if name in self.header else -1 for name in names]
        for row in self.rows:
            yield tuple(row[place] if place >= 0 else "" for place in places)

    def with_rows(self, added: Sequence[Mapping[str, str]]) -> Inserted:
        """Return the file with rows put where their keys belong.

        They go to the end of a file that is not sorted by its key (its whole rows, if it has none),
        as numbers where its fields are such, or else as text.
        """
        new = [tuple(row.get(name) or self._empty(name) for name in self.header) for row in added]
        places = [len(self.rows)] * len(new)
        for number in (float, str):
            try:
                keys = [self._key(row, number) for row in self.rows]
                new.sort(key=lambda row: self._key(row, number))
            except ValueError:
                continue
            if all(one <= other for one, other in pairwise(keys)):
                places = [bisect_right(keys, self._key(row, number)) for row in new]
                break
        end = b"\r\n" if self.records[0].endswith(b"\r\n") else b"\n"
        parts, lines, line = [], [], 1
        waiting = list(zip(places, new, strict=True))
        for index, record in enumerate(self.records):
            whole = record if record.endswith(b"\n") or not waiting else record + end
            parts.append(whole)
            line += whole.count(b"\n")
            while waiting and waiting[0][0] == index:
                text = self._line(waiting.pop(0)[1])
                lines.append((line, text))
                parts.append(text.encode() + end)
                line += text.count("\n") + 1
        return Inserted(b"".join(parts), lines)

    def revised(
        self,
        changed: Mapping[int, Mapping[str, str]],
        removed: Collection[int],
        added: Sequence[Mapping[str, str]],
    ) -> Inserted:
        """Return the file with some rows changed and some removed, and new ones in their places.

        Rows are named by their index in ``rows``; ``changed`` gives their new cells by field. Every
        other line keeps its bytes.
        """
        records, rows = [self.records[0]], []
        for index, (record, row) in enumerate(zip(self.records[1:], self.rows, strict=True)):
            if index in removed:
                continue
            if index in changed:
                cells = changed[index]
                row = tuple(map(cells.get, self.header, row))
                end = record[len(record.rstrip(b"\r\n")) :]
                record = self._line(row).encode() + end
            records.append(record)
            rows.append(row)
        return replace(self, records=tuple(records), rows=tuple(rows)).with_rows(added)

    def _empty(self, name: str) -> str:
        """Return what stands in a cell without a value."""
        missing = self.schema.field(name).missing_values if name in self.schema.positions else ()
        return "" if "" in missing or not missing else missing[0]

    def _key(
        self, row: tuple[str, ...], number: Callable[[str], float | str]
    ) -> tuple[float | str, ...]:
        """Return what rows are sorted by; cells of numbers as ``number`` takes them."""
        names = [name for name in self.schema.primary_key if name in self.header]
        if not names:
            return row
        return tuple(
            number(text) if self.schema.field(name).type in _NUMBERS else text
            for name in names
            for text in [row[self.header.index(name)]]
        )

    def _line(self, row: tuple[str, ...]) -> str:
        """Return a row with quotation marks only where they are needed, without a line end."""
        buffer = io.StringIO(newline="")
        mark = self.resource.dialect.delimiter
        # Of line breaks inside of cells, the writer quotes those that may end its lines.
        csv.writer(buffer, delimiter=mark, lineterminator="\r\n").writerow(row)
        return buffer.getvalue().removesuffix("\r\n")


def read_table_file(resource: Resource) -> TableFile:
    """Read the file of a table. Raises NotEditable, and OSError if it cannot be read."""
    named = escape(resource.path)
    plain = len(resource.files) == 1 and not resource.compression and not resource.inline
    if not plain:
        raise NotEditable(f"{named}: rows are added to a table of one file that is not compressed")
    if resource.schema is None or not resource.schema.fields:
        raise NotEditable(f"{named}: the table has no schema, so nothing tells what its cells hold")
    usual = is_standard(resource.dialect) and resource.dialect.header
    if not usual or resource.encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise NotEditable(f"{named}: rows are added to CSV files in UTF-8 with a header")
    content = resource.file.read_bytes()
    records = tuple(_records(content))
    mark = resource.dialect.delimiter
    try:
        text = content.removeprefix(_MARK).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
        header = rows[0]
        sound = len(rows) == len(records) and all(len(row) == len(header) for row in rows)
    except (UnicodeDecodeError, csv.Error, IndexError):
        sound = False
    if not sound or len(set(header)) < len(header) or "" in header:
        raise NotEditable(f"{named} is not well formed; `toolkit validate` tells where to mend it")
    return TableFile(resource, resource.schema, tuple(header), records, tuple(map(tuple, rows[1:])))


def _records(content: bytes) -> Iterator[bytes]:
    """Cut a file after each line feed that stands outside of quotation marks."""
    parts: list[bytes] = []
    quoted = False
    for line in _LINE.findall(content):
        parts.append(line)
        quoted ^= line.count(b'"') % 2 == 1
        if not quoted:
            yield b"".join(parts)
            parts.clear()
    if parts:
        yield b"".join(parts)
