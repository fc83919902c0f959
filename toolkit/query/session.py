"""A locked connection to a package: its typed tables, views, macros and code lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from toolkit.findings import Collector, Severity, escape
from toolkit.package import Package
from toolkit.package.opened import NotOpened, open_package
from toolkit.tables import (
    MEMORY,
    Cells,
    QueryError,
    Statement,
    open_database,
    open_file,
    parameters_of,
    reading,
)

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

SECONDS = 60.0
# How a DuckDB file begins, after a checksum of eight bytes (duckdb.org, "Storage Format").
_MAGIC = b"DUCK"
# SQL that lists what there is, or may make names of texts, needs everything to be there.
_CATALOGUE = re.compile(
    r"\b(show|describe|summarize|information_schema|query|json_execute|"
    r"\w*(duckdb|pg|pragma|sqlite)_)"
)


class NoSession(Exception):
    """What was named cannot be queried; the message says why and what can be done."""


class Column(NamedTuple):
    """A column of a result: its name, and its type as DuckDB calls it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Result:
    """The columns of a query, and its rows, to be taken once.

    ``batches`` yields rows of cells: texts of the kind that was asked for, None for NULL. Taking
    them raises QueryError.
    """

    columns: list[Column]
    batches: Iterator[list[tuple[str | None, ...]]]


@dataclass(slots=True)
class Session:
    """A connection on which SQL of a user can be run.

    ``notes`` tells what a reader of the tables must know, such as faults of their files.
    ``partial`` tells that only tables which the SQL names were read. ``seconds`` is how long a
    query may take, 0 for as long as it needs; ``stuck`` is called, from another thread, if it does
    not stop then.
    """

    con: DuckDBPyConnection
    name: str
    version: str = ""
    notes: list[str] = field(default_factory=list)
    partial: bool = False
    seconds: float = SECONDS
    stuck: Callable[[], None] | None = None

    @contextmanager
    def run(
        self, sql: str, parameters: Mapping[str, object] | None = None, cells: Cells = Cells.TEXT
    ) -> Iterator[Result]:
        """Run one statement and give its result. Raises QueryError."""
        with reading(self.con, self.seconds, self.stuck):
            statement = Statement(self.con, sql, parameters)
            columns = [Column(*column) for column in statement.columns()]
            yield Result(columns, statement.rows(len(columns), cells))

    def frame(self, sql: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Run one statement and return its rows as a typed frame. Raises QueryError."""
        with reading(self.con, self.seconds, self.stuck):
            return Statement(self.con, sql, parameters).frame()

    def parameters(self, sql: str) -> set[str]:
        """Return the names of the parameters in SQL. Raises QueryError."""
        return parameters_of(self.con, sql)


@dataclass(frozen=True, slots=True)
class Source:
    """What can be queried: a package, or a DuckDB file, which has none."""

    path: Path
    package: Package | None = None

    @contextmanager
    def session(
        self,
        sql: str = "",
        *,
        memory: str = MEMORY,
        seconds: float = SECONDS,
        stuck: Callable[[], None] | None = None,
    ) -> Iterator[Session]:
        """Open a session in which ``sql`` can be run; anything, if that is empty.

        ``memory`` is a size with a unit; ``seconds`` and ``stuck`` are those of the session. Raises
        NoSession.
        """
        if self.package is None:
            with ExitStack() as stack:
                try:
                    con = stack.enter_context(open_file(self.path, memory))
                except QueryError as error:
                    reason = escape(str(error), 300)
                    message = f"{escape(str(self.path))} cannot be opened: {reason}"
                    raise NoSession(message) from None
                yield Session(con, self.path.stem, seconds=seconds, stuck=stuck)
            return
        only, found = mentioned(self.package, sql), Collector(1)
        with open_database(self.package, found, only=only, bare=True, memory=memory) as database:
            yield Session(
                database.con,
                self.package.name,
                self.package.version,
                list(_notes(found)),
                partial=only is not None,
                seconds=seconds,
                stuck=stuck,
            )


@contextmanager
def open_source(named: str) -> Iterator[Source]:
    """Open a folder, a descriptor, a release, its zip, a DuckDB file or a git revision.

    Raises NoSession.
    """
    path = Path(named)
    if path.is_file() and _is_duckdb(path):
        yield Source(path)
        return
    try:
        with open_package(named, rules=False) as opened:
            yield Source(path, opened.package)
    except NotOpened as error:
        raise NoSession(str(error)) from None


def mentioned(package: Package, sql: str) -> set[str] | None:
    """Return the tables, views and code lists that the SQL, or a view in it, names; None for all.

    That is more than the SQL reads, if anything: a name may stand there as a text.
    """
    text = sql.casefold()
    if not text or _CATALOGUE.search(text):
        return None
    views = {view.name.casefold(): view.sql.casefold() for view in package.views}
    texts, names = [text], {one.name for one in package.resources}
    for known in texts:
        found = {name for name in views if name in known}
        texts += [views.pop(name) for name in sorted(found)]
        names |= found
    if any("codelists" in known for known in texts):
        names |= package.codelists.keys()
    return {name for name in names if any(name.casefold() in known for known in texts)}


def _is_duckdb(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(12)[8:] == _MAGIC


def _notes(found: Collector) -> Iterator[str]:
    """Say which files have faults, so that no one takes what was read for all there is."""
    files: dict[str, int] = {}
    for group in found.groups(lambda findings: findings):
        if group.severity == Severity.ERROR:
            files[group.file] = files.get(group.file, 0) + group.count
    for file, count in files.items():
        faults = "fault" if count == 1 else "faults"
        yield (
            f"{escape(file)} has {count:,} {faults} that keep cells or rows from being read as "
            "they stand; run toolkit validate"
        )
