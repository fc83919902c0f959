"""The rows of a query, written in one of the formats."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from toolkit.package.paths import replacing
from toolkit.query.formats import write_csv, write_excel, write_json, write_jsonl
from toolkit.query.parameters import BadName
from toolkit.query.session import Column, Session
from toolkit.query.text import Row, render_markdown, render_table
from toolkit.tables import Cells

# The formats of a result, and how files end that are written in them.
FORMATS = {
    "table": ".txt",
    "csv": ".csv",
    "json": ".json",
    "jsonl": ".jsonl",
    "markdown": ".md",
    "parquet": ".parquet",
    "xlsx": ".xlsx",
}
# Those that are for files alone.
BINARY = ("parquet", "xlsx")


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with the values of its parameters."""

    sql: str
    parameters: Mapping[str, object] = field(default_factory=dict)


def format_of(path: Path) -> str:
    """Return the format of a file that is to be written, by its ending. Raises BadName."""
    forms = {end: form for form, end in FORMATS.items()}
    if path.suffix.lower() not in forms:
        raise BadName(f"{path} should end in {', '.join(forms)}")
    if not path.parent.is_dir():
        raise BadName(f"there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise BadName(f"{path} is no file")
    return forms[path.suffix.lower()]


def render(
    session: Session,
    query: Query,
    form: str = "table",
    *,
    rows: int = 0,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """Return the result as a table or as Markdown, with at most so many ``rows``; 0 for all.

    Raises QueryError.
    """
    with session.run(query.sql, query.parameters) as result:
        every = itertools.chain.from_iterable(result.batches)
        shown = list(itertools.islice(every, rows) if rows else every)
        more = rows > 0 and next(every, None) is not None
    if form == "markdown":
        text = render_markdown(result.columns, shown)
    else:
        text = render_table(result.columns, shown, width, colour)
    count = f"{len(shown):,} row{'' if len(shown) == 1 else 's'}"
    note = f"the first {count}; there are more" if more else count
    return f"{text}\n{note}\n" if form == "table" or more else text


def render_rows(
    names: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    *,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """Return rows of texts as a table."""
    columns = [Column(name, "VARCHAR") for name in names]
    return render_table(columns, [tuple(row) for row in rows], width, colour)


def write_text(
    session: Session, query: Query, form: str, file: IO[str], *, safe: bool = False
) -> None:
    """Write the result as csv, json or jsonl. Raises QueryError."""
    cells = Cells.TEXT if form == "csv" else Cells.JSON
    with session.run(query.sql, query.parameters, cells) as result:
        if form == "csv":
            write_csv(result.columns, result.batches, file, safe=safe)
        else:
            write = write_json if form == "json" else write_jsonl
            write(result.columns, result.batches, file)


def export(session: Session, query: Query, path: Path, form: str, *, safe: bool = False) -> None:
    """Write the result to a file, whole or not at all. Raises QueryError and DoesNotFit."""
    with replacing(path) as beside:
        if form == "parquet":
            session.frame(query.sql, query.parameters).write_parquet(beside, mkdir=False)
        elif form == "xlsx":
            with session.run(query.sql, query.parameters) as result:
                write_excel(result.columns, result.batches, beside, about=_about(session, query))
        else:
            with beside.open("w", encoding="utf-8", newline="\n") as file:
                if form in ("table", "markdown"):
                    file.write(render(session, query, form))
                else:
                    write_text(session, query, form, file, safe=safe)


def _about(session: Session, query: Query) -> list[Row]:
    """Return what makes the rows of a workbook repeatable."""
    given = [(f"${name}", str(value)) for name, value in query.parameters.items()]
    return [
        ("package", session.name),
        ("version", session.version),
        *given,
        *(
            ("SQL" if number == 0 else "", line)
            for number, line in enumerate(query.sql.splitlines())
        ),
    ]
