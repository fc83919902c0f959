"""Views that a package brings along: ``schemas/views/<name>.sql``, for its DuckDB database.

Such a file begins with ``-- key: value`` lines as a consistency query does; ``title`` is required,
``description`` is not. One SELECT follows over the tables of the package and its code lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from toolkit.package import query_header, read_metadata
from toolkit.release.formats.release import NotReleasable, Release
from toolkit.tables import QueryError, connect, identifier, literal, lock, select, tables_used

FOLDER = "schemas/views"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class View(NamedTuple):
    """A view: its name, the path of its file, what it is, and its SELECT."""

    name: str
    path: str
    comment: str
    sql: str


def create_views(release: Release, path: Path) -> None:
    """Add the views of the package to the database at ``path``, if there are any.

    The SQL comes from the package: it runs on a connection that is locked, like that of a rule.
    Raises NotReleasable for a view that cannot be created or run.
    """
    views = list(_views(release))
    if not views:
        return
    with connect(str(path)) as con:
        con.execute("SET threads = 1")
        con.execute("SET block_allocator_memory = '2GiB'")
        lock(con)
        for view in views:
            name = identifier(view.name)
            try:
                tables_used(con, view.sql)
                select(con, f"CREATE VIEW {name} AS {view.sql}")
                # Every cell counts, so that each is worked out.
                select(con, f"SELECT bit_xor(hash(row)) FROM {name} AS row")
            except QueryError as error:
                raise NotReleasable(f"{_place(view.path, error.line)}: {error}") from None
            con.execute(f"COMMENT ON VIEW {name} IS {literal(view.comment)}")
        con.execute("CHECKPOINT")


def _views(release: Release) -> Iterator[View]:
    taken = {name.casefold() for name in release.database.tables}
    for file, text, fault in read_metadata(release.package.root, FOLDER, ".sql"):
        name = Path(file).stem
        header = query_header(text)
        if not fault and not _NAME.fullmatch(name):
            fault = "the file name is not small letters, digits and low lines, such as a_view.sql"
        if not fault and name in taken:
            fault = f"there is a table {name} already"
        if not fault and not header.get("title"):
            fault = "the header lacks title"
        if fault:
            raise NotReleasable(f"{file}: {fault}")
        yield View(name, file, header.get("description") or header["title"], text)


def _place(file: str, line: int | None) -> str:
    return f"{file}:{line}" if line else file
