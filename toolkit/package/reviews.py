"""What a package wants shown of a change: ``schemas/review/<name>.sql``, one SELECT each.

Each is run on the package before the change and after it, and only rows that differ are shown. Its
``-- key: value`` lines at the top say how:

``title``
    what the rows are, such as *Reports*
``show``
    ``records``: what the rows of a table say, in words; ``parts``: the same of rows that belong to
    a record; ``measures``: numbers or grades of a row; ``duplicates``: pairs of rows that may be
    one; ``checklist``: what a reviewer should look at
``table``
    the table whose rows it tells of (not of a checklist)
``of``
    the table of the records to which parts belong
``noun``
    what one row and several rows are called: ``event, events``
``column x``
    what the column x is called
``stronger x``
    when a measure grew stronger: ``more``, ``fewer``, or its values from the weakest on
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from toolkit.findings import Finding, builtin_rule
from toolkit.package.paths import metadata_files
from toolkit.package.rules import query_header
from toolkit.package.text import Unreadable, read_text

FOLDER = "schemas/review"


class Show(StrEnum):
    """Where in a review the rows of a query stand."""

    RECORDS = "records"
    PARTS = "parts"
    MEASURES = "measures"
    DUPLICATES = "duplicates"
    CHECKLIST = "checklist"


# The columns with which the rows of each sort begin; those of records, and of measures, go on.
COLUMNS: dict[Show, tuple[str, ...]] = {
    Show.RECORDS: ("key", "title"),
    Show.PARTS: ("key", "of", "words"),
    Show.MEASURES: ("key", "title"),
    Show.DUPLICATES: ("key", "other", "why"),
    Show.CHECKLIST: ("key", "item", "url", "why"),
}
OPEN = (Show.RECORDS, Show.MEASURES)


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """A query of a review. ``columns`` and ``stronger`` are by column; ``noun`` may be empty."""

    name: str
    path: str
    show: Show
    title: str
    table: str
    of: str
    noun: tuple[str, ...]
    sql: str
    columns: dict[str, str] = field(default_factory=dict)
    stronger: dict[str, tuple[str, ...]] = field(default_factory=dict)


def load_review_queries(root: Path) -> tuple[tuple[ReviewQuery, ...], list[Finding]]:
    """Return the review queries of a package by name, and the faults of those left out.

    Of several that tell of the records of one table, or of its parts, the first one counts.
    """
    queries: list[ReviewQuery] = []
    findings: list[Finding] = []
    taken: dict[tuple[Show, str], str] = {}
    for file, path, reason in metadata_files(root, FOLDER, ".sql"):
        found = _query(path, file) if path else f"the query {reason}"
        if isinstance(found, ReviewQuery) and found.show in (Show.RECORDS, Show.PARTS):
            other = taken.setdefault((found.show, found.table), file)
            if other != file:
                found = f"{other} shows the {found.show} of {found.table} already"
        if isinstance(found, ReviewQuery):
            queries.append(found)
        else:
            findings.append(builtin_rule("D021").finding(file, found, line=1))
    return tuple(queries), findings


def _query(path: Path, file: str) -> ReviewQuery | str:
    """Return a review query, or what is wrong with its file."""
    try:
        text = read_text(path)
    except Unreadable as error:
        return str(error)
    header = query_header(text)
    if header.get("show") not in list(Show):
        return f"show is {header.get('show', '')!r}, not one of {', '.join(Show)}"
    show = Show(header["show"])
    keys = ["title"]
    keys += ["table"] if show != Show.CHECKLIST else []
    keys += ["of"] if show == Show.PARTS else []
    if missing := [key for key in keys if not header.get(key)]:
        return f"the header lacks {', '.join(missing)}"
    noun = _listed(header.get("noun", ""))
    if len(noun) not in (0, 2):
        return "noun is not two words, for one row and for several, separated by a comma"
    given = {
        word: {
            key.removeprefix(f"{word} "): value
            for key, value in header.items()
            if key.startswith(f"{word} ")
        }
        for word in ("column", "stronger")
    }
    stronger = {column: _listed(value) for column, value in given["stronger"].items()}
    for column, values in stronger.items():
        if len(values) < 2 and values not in (("more",), ("fewer",)):
            return f"stronger {column} is neither more nor fewer nor a list of values"
    return ReviewQuery(
        name=path.stem,
        path=file,
        show=show,
        title=header["title"],
        table=header.get("table", ""),
        of=header.get("of", ""),
        noun=noun,
        sql=text,
        columns=given["column"],
        stronger=stronger,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
