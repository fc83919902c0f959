"""Code lists: schemas/codelists/<name>.csv with the columns code, title, description, and more."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import Finding, builtin_rule
from toolkit.package.text import Unreadable, read_text

FOLDER = "schemas/codelists"
LEADING_COLUMNS = ("code", "title", "description")


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a field may hold. ``rows`` are as wide as ``columns``."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in the order of the file."""
        return tuple(row[0] for row in self.rows)


def load_codelists(root: Path) -> tuple[dict[str, CodeList], list[Finding]]:
    """Return the code lists of a package by name, and the faults of those left out."""
    codelists: dict[str, CodeList] = {}
    findings: list[Finding] = []
    for path in sorted((root / FOLDER).glob("*.csv")):
        faults = list(_faults(path, f"{FOLDER}/{path.name}"))
        if faults:
            findings += faults
        else:
            header, *rows = _rows(path)
            codelists[path.stem] = CodeList(path.stem, tuple(header), tuple(map(tuple, rows)))
    return codelists, findings


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(read_text(path), newline=""), strict=True))


def _faults(path: Path, file: str) -> Iterator[Finding]:
    rule = builtin_rule("D010")
    if not path.resolve().is_relative_to(path.parent.resolve()):
        yield builtin_rule("D008").finding(file, "the code list is a link that leaves its folder")
        return
    try:
        rows = _rows(path)
    except Unreadable as error:
        yield rule.finding(file, str(error), line=error.line)
        return
    except csv.Error as error:
        yield rule.finding(file, f"the code list is not well-formed CSV: {error}")
        return
    if not rows or tuple(rows[0][: len(LEADING_COLUMNS)]) != LEADING_COLUMNS:
        expected = ", ".join(LEADING_COLUMNS)
        yield rule.finding(file, f"the columns do not begin with {expected}", record=1, line=1)
        return
    seen: dict[str, int] = {}
    for record, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            message = f"the row has {len(row)} cells, the header {len(rows[0])}"
            yield rule.finding(file, message, record=record)
        elif not row[0].strip() or not row[1].strip():
            yield rule.finding(file, "code or title is empty", record=record)
        elif row[0] in seen:
            message = f"the code {row[0]!r} stands already in record {seen[row[0]]}"
            yield rule.finding(file, message, record=record, value=row[0])
        else:
            seen[row[0]] = record
