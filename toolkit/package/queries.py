"""Named queries that a package brings along: questions with the SQL that answers them.

``schemas/queries/<name>.sql`` begins with ``-- key: value`` lines as a consistency query does:
``title`` (the question), ``reading`` (how to read the answer) and, where the SQL has parameters,
``parameters: day = 2024-12-06, place = homs`` with the values that they have if none is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.findings import Finding, builtin_rule
from toolkit.package.paths import metadata_files
from toolkit.package.rules import query_header
from toolkit.package.text import Unreadable, read_text

FOLDER = "schemas/queries"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PARAMETER = re.compile(r"([a-z][a-z0-9_]*) *= *(.*)")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question, how to read its answer, and its SQL; ``parameters`` with their usual values."""

    name: str
    path: str
    title: str
    reading: str
    sql: str
    parameters: dict[str, str] = field(default_factory=dict)


def load_queries(root: Path) -> tuple[tuple[NamedQuery, ...], list[Finding]]:
    """Return the named queries of a package in the order of their names, and the faulty files."""
    queries, findings = [], []
    for file, path, reason in metadata_files(root, FOLDER, ".sql"):
        found = _query(path, file) if path else f"the query {reason}"
        if isinstance(found, NamedQuery):
            queries.append(found)
        else:
            findings.append(builtin_rule("D019").finding(file, found, line=1))
    return tuple(queries), findings


def _query(path: Path, file: str) -> NamedQuery | str:
    """Return a named query, or what is wrong with its file."""
    if not _NAME.fullmatch(path.stem):
        return "the file name is not small letters and digits with hyphens, such as a-question.sql"
    try:
        text = read_text(path)
    except Unreadable as error:
        return str(error)
    header = query_header(text)
    if missing := [key for key in ("title", "reading") if not header.get(key)]:
        return f"the header lacks {', '.join(missing)}"
    parameters = {}
    for part in filter(None, (part.strip() for part in header.get("parameters", "").split(","))):
        match = _PARAMETER.fullmatch(part)
        if not match:
            return f"the parameter {part!r} is not written as name = value"
        parameters[match[1]] = match[2]
    return NamedQuery(path.stem, file, header["title"], header["reading"], text, parameters)
