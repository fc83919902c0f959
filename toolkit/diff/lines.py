"""Which records of two CSV files are not, byte for byte, in the other one as well.

Most rows of two versions are the same bytes, and most in the same order. Both files are followed
record by record as long as they agree, which costs little more than reading them; where they do
not, the next records are looked for nearby, and what is not found waits until it turns up on the
other side. What waits at the end is the difference of the two files as multisets of records.

A record ends at a line feed outside of quotation marks (RFC 4180, which the dialect must follow).
"""

from __future__ import annotations

import mmap
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

# What may wait in each file, in bytes; files that differ so much are compared in the database.
BUDGET = 1 << 28
_STEP, _LONGEST = 1 << 14, 1 << 20
_NEAR = 30
# So many bytes that are the same after a record are taken for the same record.
_TASTE = 64
_WINDOW = 1 << 20
# What neither ends a record nor keeps a line feed from ending it.
_OTHERS = bytes(set(range(256)) - set(b'"\n'))
# Bytes that each waiting record takes beside its own.
_OVERHEAD = 150


@dataclass(slots=True)
class Unmatched:
    """The records of either file that have no twin in the other one, in the order of the file.

    ``common`` counts the pairs, that of the headers left out; blank lines at one place of both
    files count as records.
    """

    header: bytes
    old: list[bytes]
    new: list[bytes]
    common: int


class _TooDifferent(Exception):
    pass


@dataclass(slots=True)
class _Waiting:
    """Records of one file that have not turned up in the other one, and how often they stand."""

    records: dict[bytes, int] = field(default_factory=dict)
    size: int = 0

    def take(self, record: bytes) -> bool:
        """Take one such record out; whether there was one."""
        count = self.records.get(record, 0)
        if count == 1:
            del self.records[record]
        elif count:
            self.records[record] = count - 1
        self.size -= len(record) + _OVERHEAD if count else 0
        return count > 0

    def put(self, record: bytes) -> None:
        """Put a record in; _TooDifferent if there are too many."""
        self.records[record] = self.records.get(record, 0) + 1
        self.size += len(record) + _OVERHEAD
        if self.size > BUDGET:
            raise _TooDifferent

    def all(self) -> list[bytes]:
        """Return the records, each as often as it stands."""
        return [record for record, count in self.records.items() for _ in range(count)]


def unmatched(old: Path, new: Path) -> Unmatched | None:
    """Compare two files; None if their headers differ, or if they differ too much to be held."""
    with ExitStack() as opened:
        sides = []
        for path in (old, new):
            if not path.stat().st_size:
                return None
            handle = opened.enter_context(path.open("rb"))
            data = opened.enter_context(mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ))
            sides.append(_Side(data, 3 if data[:3] == b"\xef\xbb\xbf" else 0))
        headers = [side.records(1, count=1) for side in sides]
        if headers[0] != headers[1] or not headers[0]:
            return None
        comparison = _Comparison(*sides)
        try:
            comparison.run()
        except _TooDifferent:
            return None
    before, after = comparison.waiting
    return Unmatched(headers[0][0], before.all(), after.all(), comparison.common)


@dataclass(slots=True)
class _Side:
    """A file and the place reached in it, which is always the start of a record."""

    data: mmap.mmap
    at: int

    @property
    def done(self) -> bool:
        return self.at >= len(self.data)

    def records(self, size: int, count: int = 0) -> list[bytes]:
        """Read on for at least ``size`` bytes, or just ``count`` records; without line ends."""
        found: list[bytes] = []
        start, end = self.at, len(self.data)
        while self.at < end and (len(found) < count if count else self.at - start < size):
            stop, quotes = self.at, 0
            while True:
                line = self.data.find(b"\n", stop)
                line = end if line < 0 else line + 1
                quotes += self.data[stop:line].count(b'"')
                stop = line
                if stop == end or not quotes & 1:
                    break
            record = self.data[self.at : stop].removesuffix(b"\n")
            self.at = stop
            if record not in (b"", b"\r"):
                found.append(record)
        return found


class _Comparison:
    def __init__(self, old: _Side, new: _Side) -> None:
        self.old, self.new = old, new
        self.waiting = (_Waiting(), _Waiting())
        self.common = 0

    def run(self) -> None:
        while not self.old.done and not self.new.done:
            if not self._follow():
                self._search()
        for side, mine, other in self._both():
            while not side.done:
                self._settle(side.records(_WINDOW), mine, other)

    def _both(self) -> tuple[tuple[_Side, _Waiting, _Waiting], ...]:
        before, after = self.waiting
        return (self.old, before, after), (self.new, after, before)

    def _follow(self) -> bool:
        """Pass over the records that both files have next; whether there are any."""
        old, new, step, start = self.old, self.new, _STEP, self.old.at
        while not (old.done or new.done):
            text, other = old.data[old.at : old.at + step], new.data[new.at : new.at + step]
            same = text == other
            # Where both end, the last record needs no line feed.
            last = same and old.at + step >= len(old.data) and new.at + step >= len(new.data)
            size, count = _whole(text if same else text[: _agreeing(text, other)], last)
            self.common += count
            old.at += size
            new.at += size
            if not same or not size:
                break
            step = min(2 * step, _LONGEST)
        return old.at > start

    def _search(self) -> None:
        """Go on to the nearest records that are the same, or past a window of both files."""
        if self._one():
            return
        sides = (self.old, self.new)
        if counts := self._nearest():
            parts = [
                side.records(0, count=count) for side, count in zip(sides, counts, strict=True)
            ]
        else:
            parts = [side.records(_WINDOW) for side in sides]
        known = set(parts[0]) & set(parts[1])
        if known and all(len(set(part)) == len(part) for part in parts):
            self.common += len(known)
            parts = [[record for record in part if record not in known] for part in parts]
        for part, (_, waiting, others) in zip(parts, self._both(), strict=True):
            self._settle(part, waiting, others)

    def _one(self) -> bool:
        """Pass over a record that only one file has, or that changed; whether it seems to be so."""
        starts = self.old.at, self.new.at
        texts = [side.records(0, count=1) for side in (self.old, self.new)]
        ends = self.old.at, self.new.at
        for i, j in (ends, (ends[0], starts[1]), (starts[0], ends[1])):
            taste = self.old.data[i : i + _TASTE]
            if taste and taste == self.new.data[j : j + _TASTE]:
                self.old.at, self.new.at = i, j
                for text, passed, (_, mine, other) in zip(
                    texts, (i > starts[0], j > starts[1]), self._both(), strict=True
                ):
                    self._settle(text if passed else [], mine, other)
                return True
        self.old.at, self.new.at = starts
        return False

    def _nearest(self) -> tuple[int, int] | None:
        """Return how many records of each file lead to the next that are the same, if any are."""
        at = self.old.at, self.new.at
        mine, other = self.old.records(0, count=_NEAR), self.new.records(0, count=_NEAR)
        self.old.at, self.new.at = at
        places = {record: index for index, record in reversed(list(enumerate(other)))}
        found = [(n + places[one], n) for n, one in enumerate(mine) if one in places]
        if not found:
            return None
        total, skipped = min(found)
        return skipped + 1, total - skipped + 1

    def _settle(self, records: list[bytes], mine: _Waiting, other: _Waiting) -> None:
        for record in records:
            if other.take(record):
                self.common += 1
            else:
                mine.put(record)


def _agreeing(text: bytes, other: bytes) -> int:
    """Return how many bytes two texts begin with that are the same."""
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if text[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _whole(text: bytes, last: bool) -> tuple[int, int]:
    """Return where the last whole record of a text ends, and how many there are.

    The text begins with a record; if it is the ``last`` of its file, it ends with one.
    """
    end = len(text) if last else text.rfind(b"\n") + 1
    marks = text[:end].translate(None, _OTHERS)
    while marks.count(b'"') % 2 and not last:
        # The last line feed is within quotation marks: what they open is not whole.
        end = text.rfind(b"\n", 0, text.rfind(b'"', 0, end)) + 1
        marks = text[:end].translate(None, _OTHERS)
    # What is left of a quoted cell without a line feed goes, then that of one with line feeds.
    outside = b"".join(marks.replace(b'""', b"").split(b'"')[::2])
    return end, len(outside) + (last and not text.endswith(b"\n"))
