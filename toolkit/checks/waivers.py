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


class _Place(NamedTuple):
    record: int
    line: int


@dataclass(frozen=True, slots=True)
class _Waiver:
    place: _Place
    rule: str
    table: str
    key: str
    reason: str
    until: str

    def covers(self, finding: Finding) -> bool:
        return (finding.rule, finding.table, finding.key) == (self.rule, self.table, self.key)


def apply_waivers(package: Package, findings: list[Finding]) -> tuple[list[Finding], Counter[str]]:
    """Return the findings that no waiver covers, together with those about the waivers.

    The counter holds the number of waived findings for each rule code.
    """
    path = package.root / PATH
    if not path.is_file():
        return findings, Counter()
    kept, waived = list(findings), Counter[str]()
    faults: list[Finding] = []
    for item in _read(package):
        if isinstance(item, Finding):
            faults.append(item)
            continue
        covered = [finding for finding in kept if item.covers(finding)]
        if not covered:
            message = f"no finding of {item.rule} has the key {item.key!r} in {item.table}"
            faults.append(_fault("D014", item.place, message))
        kept = [finding for finding in kept if not item.covers(finding)]
        waived[item.rule] += len(covered)
    return kept + faults, waived


def _fault(code: str, place: _Place, message: str) -> Finding:
    return builtin_rule(code).finding(PATH, message, record=place.record, line=place.line)


def _read(package: Package) -> Iterator[_Waiver | Finding]:
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


def _waiver(place: _Place, row: list[str], today: str) -> _Waiver | Finding:
    if len(row) != len(COLUMNS):
        return _fault("D012", place, f"the row has {len(row)} cells, the header {len(COLUMNS)}")
    empty = [name for name, cell in zip(COLUMNS, row, strict=True) if not cell.strip()]
    if empty:
        return _fault("D012", place, f"{empty[0]} is empty")
    waiver = _Waiver(place, *row)
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
