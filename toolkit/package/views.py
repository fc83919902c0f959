"""Views that a package brings along: ``schemas/views/<name>.sql``, one SELECT each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from toolkit.findings import Finding, builtin_rule
from toolkit.package.paths import metadata_files
from toolkit.package.rules import query_header
from toolkit.package.text import Unreadable, read_text

FOLDER = "schemas/views"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = ("title", "row", "caveats")


@dataclass(frozen=True, slots=True)
class View:
    """A view, or a table macro if it has ``parameters``.

    ``row`` says what one row is, ``caveats`` what to mind when reading it, ``columns`` what some of
    its columns hold, by name; ``sql`` is the whole text of the file, one SELECT below its header.
    """

    name: str
    path: str
    title: str
    row: str
    caveats: str
    parameters: tuple[str, ...]
    columns: dict[str, str]
    sql: str

    @property
    def signature(self) -> str:
        """How it is written in a query: its name, and its parameters if it has any."""
        return f"{self.name}({', '.join(self.parameters)})" if self.parameters else self.name


class Views(NamedTuple):
    """The views of a package that can be read, and the names of those that cannot."""

    read: tuple[View, ...]
    lost: tuple[str, ...]


def load_views(root: Path, tables: Iterable[str]) -> tuple[Views, list[Finding]]:
    """Return the views of a package, by name, and the faults of those left out.

    ``tables`` are the names of its resources, which a view cannot have.
    """
    taken = {name.casefold() for name in tables}
    views: list[View] = []
    lost: list[str] = []
    findings: list[Finding] = []
    for file, path, reason in metadata_files(root, FOLDER, ".sql"):
        if path is None:
            view: View | Finding = builtin_rule("D008").finding(file, f"the view {reason}")
        else:
            view = _view(path, file, taken)
        if isinstance(view, View):
            views.append(view)
        else:
            findings.append(view)
            lost += {Path(file).stem} - taken
    return Views(tuple(views), tuple(lost)), findings


def _view(path: Path, file: str, taken: set[str]) -> View | Finding:
    def fault(message: str, line: int | None = None) -> Finding:
        # The rules are read where there is something wrong.
        return builtin_rule("D018").finding(file, message, line=line)

    if not _NAME.fullmatch(path.stem):
        message = "the file name is not small letters, digits and low lines, such as a_view.sql"
        return fault(message)
    if path.stem in taken:
        return fault(f"there is a table {path.stem} already")
    try:
        text = read_text(path)
    except Unreadable as error:
        return fault(str(error), line=error.line)
    header = query_header(text)
    missing = [key for key in _KEYS if not header.get(key)]
    if missing:
        return fault(f"the header lacks {', '.join(missing)}", line=1)
    given = header["parameters"].split(",") if "parameters" in header else []
    parameters = tuple(name.strip() for name in given)
    for index, name in enumerate(parameters):
        if not _NAME.fullmatch(name):
            message = f"a parameter is small letters, digits and low lines, not {name!r}"
            return fault(message, line=1)
        if name in parameters[:index]:
            return fault(f"the parameter {name} stands twice", line=1)
    columns = {
        key.removeprefix("column "): value
        for key, value in header.items()
        if key.startswith("column ")
    }
    texts = {key: header[key] for key in _KEYS}
    return View(path.stem, file, **texts, parameters=parameters, columns=columns, sql=text)
