"""The views and table macros of a package in the DuckDB database of its release."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.package import View
from toolkit.release.formats.codebook import text_of
from toolkit.release.formats.release import NotReleasable, Release
from toolkit.tables import (
    QueryError,
    connect,
    create_views,
    identifier,
    literal,
    lock,
    run_view,
    view_columns,
    view_tables,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The oldest storage format still written: newer ones cannot be opened by older clients, nor by
# DuckDB in the browser.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view, its type in DuckDB, and its description: the view's own or a field's."""

    name: str
    type: str
    description: str


def add_views(release: Release, path: Path) -> None:
    """Add the views of the package to the database at ``path``, and run each once.

    Their SQL comes from the package: it runs on a connection that is locked, like that of a rule.
    Raises NotReleasable for a view that cannot be created or run.
    """
    with connect() as con:
        con.execute("SET threads = 1")
        con.execute("SET block_allocator_memory = '2GiB'")
        con.execute(f"ATTACH {literal(str(path))} AS release (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute("USE release")
        lock(con)
        views, faults = create_views(con, release.package.views, {})
        for fault in faults:
            raise NotReleasable(f"{fault.place}: {fault.message}")
        for view in views.values():
            try:
                run_view(con, view)
            except QueryError as error:
                raise NotReleasable(f"{view.path}: {error}") from None
            _comment(con, release, view)
        con.execute("CHECKPOINT")


def read_views(release: Release) -> list[tuple[View, list[Column]]]:
    """Return each view of the package with its columns in the database of the release."""
    views = release.package.views
    if not views:
        return []
    with connect() as con:
        path = literal(str(release.file("duckdb")))
        con.execute(f"ATTACH {path} AS release (READ_ONLY)")
        con.execute("USE release")
        lock(con)
        return [(view, _columns(con, release, view)) for view in views]


def _comment(con: DuckDBPyConnection, release: Release, view: View) -> None:
    """Store with a view what it is, what one row is and what to mind; a macro has no columns."""
    name = identifier(view.name)
    kind = "MACRO TABLE" if view.parameters else "VIEW"
    text = "\n".join((view.title, view.row, view.caveats))
    con.execute(f"COMMENT ON {kind} {name} IS {literal(text)}")
    for column in [] if view.parameters else _columns(con, release, view):
        if column.description:
            place = f"{name}.{identifier(column.name)}"
            con.execute(f"COMMENT ON COLUMN {place} IS {literal(column.description)}")


def _columns(con: DuckDBPyConnection, release: Release, view: View) -> list[Column]:
    texts = _descriptions(release, view_tables(con, view))
    types = view_columns(con, view)
    texts |= view.columns
    return [Column(name, kind, texts.get(name, "")) for name, kind in types.items()]


def _descriptions(release: Release, tables: Collection[str]) -> dict[str, str]:
    """Return the description of each field of some tables, by its name.

    An identifier is described where it is the primary key; another name that two tables describe
    otherwise says nothing of which of them a view shows.
    """
    found: dict[str, set[str]] = {}
    keys: dict[str, str] = {}
    for table in release.database.tables.values():
        if table.name.lower() not in tables:
            continue
        for field in table.schema.fields:
            text = text_of(field.descriptor, "description", "title")
            found.setdefault(field.name, set()).add(text)
            if table.schema.primary_key == (field.name,):
                keys[field.name] = text
    return {name: min(texts) for name, texts in found.items() if len(texts) == 1} | keys
