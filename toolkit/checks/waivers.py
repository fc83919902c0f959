"""Waivers: schemas/waivers.csv grants exceptions with a reason and an end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from toolkit.findings import Finding, builtin_rule
from toolkit.package import Package
from toolkit.package.paths import resolve
from toolkit.package.text import Unreadable, read_rows

PATH = "schemas/waivers.csv"
COLUMNS = ("rule", "table", "key", "reason", "until")


class _Subject(NamedTuple):
    """What a waiver is about: the findings of a rule about one row."""

    rule: str
    table: str | None
    key: str | None


class _Place(NamedTuple):
    record: int
    line: int


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception: the findings of a rule about one row do not count, up to a day."""

    place: _Place
    rule: str
    table: str
    key: str
    reason: str
    until: str

    @property
    def subject(self) -> _Subject:
        """What the waiver is about."""
        return _Subject(self.rule, self.table, self.key)


class Waivers:
    """The exceptions of a package. ``waived`` counts the findings that they cover, by rule."""

    def __init__(self, package: Package) -> None:
        self.waived: Counter[str] = Counter()
        self._faults: list[Finding] = []
        self._waivers: dict[_Subject, Waiver] = {}
        self._used: set[_Subject] = set()
        for item in _read(package) if (package.root / PATH).is_file() else ():
            if isinstance(item, Finding):
                self._faults.append(item)
            elif item.subject in self._waivers:
                line = self._waivers[item.subject].place.line
                self._faults.append(
                    _fault("D014", item.place, f"line {line} waives the same finding already")
                )
            else:
                self._waivers[item.subject] = item

    def covers(self, finding: Finding) -> bool:
        """Whether a waiver covers the finding, which is then counted."""
        subject = _Subject(finding.rule, finding.table, finding.key)
        if subject not in self._waivers:
            return False
        self._used.add(subject)
        self.waived[finding.rule] += 1
        return True

    def findings(self) -> Iterator[Finding]:
        """Yield the faults of the waivers, once every finding of the run has been held to them."""
        yield from self._faults
        for subject, waiver in self._waivers.items():
            if subject not in self._used:
                message = (
                    f"no finding of {waiver.rule} has the key {waiver.key!r} in {waiver.table}"
                )
                yield _fault("D014", waiver.place, message)


def granted(package: Package) -> list[Waiver]:
    """Return the waivers of a package in the order of their file, without those at fault."""
    read = _read(package) if (package.root / PATH).is_file() else ()
    return [item for item in read if isinstance(item, Waiver)]


def _fault(code: str, place: _Place, message: str) -> Finding:
    return builtin_rule(code).finding(PATH, message, record=place.record, line=place.line)


def _read(package: Package) -> Iterator[Waiver | Finding]:
    path, reason = resolve(package.root, PATH)
    if path is None:
        yield builtin_rule("D008").finding(PATH, f"the file {reason}")
        return
    try:
        rows = read_rows(path)
    except Unreadable as error:
        message = f"the waivers cannot be read: {error}"
        yield builtin_rule("D012").finding(PATH, message, line=error.line)
        return
    if not rows or tuple(rows[0][1]) != COLUMNS:
        yield _fault("D012", _Place(1, 1), f"the columns are not {', '.join(COLUMNS)}")
        return
    today = str(package.descriptor.get("created") or "")[:10]
    for record, (line, row) in enumerate(rows[1:], 2):
        yield _waiver(_Place(record, line), row, today)


def _waiver(place: _Place, row: list[str], today: str) -> Waiver | Finding:
    if len(row) != len(COLUMNS):
        return _fault("D012", place, f"the row has {len(row)} cells, the header {len(COLUMNS)}")
    empty = [name for name, cell in zip(COLUMNS, row, strict=True) if not cell.strip()]
    if empty:
        return _fault("D012", place, f"{empty[0]} is empty")
    waiver = Waiver(place, *row)
    if not _is_day(waiver.until):
        return _fault("D012", place, f"until {waiver.until!r} is not a date YYYY-MM-DD")
    if today and waiver.until < today:
        return _fault("D013", place, f"the waiver ended on {waiver.until}")
    return waiver


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text))
    except ValueError:
        return False
