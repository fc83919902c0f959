"""Named queries that a package brings along: questions with the SQL that answers them.

``schemas/queries/<name>.sql`` begins with ``-- key: value`` lines as a consistency query does:
``title`` (the question), ``reading`` (how to read the answer), ``group`` (what it is about) and,
where the SQL has parameters, ``parameters: day = 2024-12-06, place = homs`` with the values that
they have if none is given. The property ``queryGroups`` of the descriptor lists the groups in the
order in which they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.findings import Finding, builtin_rule
from toolkit.package.paths import metadata_files
from toolkit.package.rules import query_header
from toolkit.package.text import Unreadable, read_text

FOLDER = "schemas/queries"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"\A(?:--.*\n)+")
_PARAMETER = re.compile(r"([a-z][a-z0-9_]*) *= *(.*)")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question, how to read its answer, and its SQL; ``parameters`` with their usual values.

    ``group`` is what it is shown under; empty if the package has no groups.
    """

    name: str
    path: str
    title: str
    reading: str
    group: str
    sql: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The SQL below the comment that heads the file."""
        return _HEADER.sub("", self.sql, count=1).strip()


def load_queries(
    root: Path, groups: Sequence[str] = ()
) -> tuple[tuple[NamedQuery, ...], list[Finding]]:
    """Return the named queries of a package, and the faulty files.

    They stand in the order of ``groups``, within a group in that of their names. Without
    ``groups`` a query need have none, and they stand in the order of their spelling.
    """
    queries, findings = [], []
    for file, path, reason in metadata_files(root, FOLDER, ".sql"):
        found = _query(path, file, groups) if path else f"the query {reason}"
        if isinstance(found, NamedQuery):
            queries.append(found)
        else:
            findings.append(builtin_rule("D019").finding(file, found, line=1))
    order = {group: index for index, group in enumerate(groups)}
    queries.sort(key=lambda query: (order.get(query.group, 0), query.group, query.name))
    return tuple(queries), findings


def _query(path: Path, file: str, groups: Sequence[str]) -> NamedQuery | str:
    """Return a named query, or what is wrong with its file."""
    if not _NAME.fullmatch(path.stem):
        return "the file name is not small letters and digits with hyphens, such as a-question.sql"
    try:
        text = read_text(path)
    except Unreadable as error:
        return str(error)
    header = query_header(text)
    keys = ("title", "reading", "group") if groups else ("title", "reading")
    if missing := [key for key in keys if not header.get(key)]:
        return f"the header lacks {', '.join(missing)}"
    group = header.get("group", "")
    if groups and group not in groups:
        return f"the group {group!r} is not one of queryGroups: {', '.join(groups)}"
    parameters = {}
    for part in filter(None, (part.strip() for part in header.get("parameters", "").split(","))):
        match = _PARAMETER.fullmatch(part)
        if not match:
            return f"the parameter {part!r} is not written as name = value"
        parameters[match[1]] = match[2]
    return NamedQuery(path.stem, file, header["title"], header["reading"], group, text, parameters)
