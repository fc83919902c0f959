"""Code lists: schemas/codelists/<name>.csv with the columns code, title, description, and more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import Finding, builtin_rule
from toolkit.package.paths import metadata_files
from toolkit.package.text import Unreadable, read_rows

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
    seen: set[str] = set()
    for file, path, reason in metadata_files(root, FOLDER, ".csv"):
        if path is None:
            findings.append(builtin_rule("D008").finding(file, f"the code list {reason}"))
            continue
        faults = list(_faults(path, file))
        if path.stem.casefold() in seen:
            message = "the name differs from that of another code list only in case"
            faults.append(builtin_rule("D010").finding(file, message))
        seen.add(path.stem.casefold())
        if faults:
            findings += faults
        else:
            (_, header), *rows = read_rows(path)
            cells = tuple(tuple(row) for _, row in rows)
            codelists[path.stem] = CodeList(path.stem, tuple(header), cells)
    return codelists, findings


def _faults(path: Path, file: str) -> Iterator[Finding]:
    try:
        rows = read_rows(path)
    except Unreadable as error:
        yield _fault(file, f"the code list cannot be read: {error}", line=error.line)
        return
    header = rows[0][1] if rows else []
    if tuple(header[: len(LEADING_COLUMNS)]) != LEADING_COLUMNS:
        expected = ", ".join(LEADING_COLUMNS)
        yield _fault(file, f"the columns do not begin with {expected}", record=1, line=1)
        return
    names = [name.casefold() for name in header]
    if "" in names or len(set(names)) < len(names):
        yield _fault(file, "a column has no name or that of another", record=1, line=1)
        return
    seen: dict[str, int] = {}
    for record, (line, row) in enumerate(rows[1:], 2):
        message = ""
        if len(row) != len(header):
            message = f"the row has {len(row)} cells, the header {len(header)}"
        elif not row[0].strip() or not row[1].strip():
            message = "code or title is empty"
        elif row[0] in seen:
            message = f"the code {row[0]!r} stands already in line {seen[row[0]]}"
        else:
            seen[row[0]] = line
        if message:
            yield _fault(file, message, record=record, line=line)


def _fault(file: str, message: str, **place: int | None) -> Finding:
    return builtin_rule("D010").finding(file, message, **place)
