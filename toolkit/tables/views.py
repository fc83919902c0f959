"""Views and table macros that a package brings along, created on a locked connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from toolkit.findings import Finding, builtin_rule
from toolkit.package import View
from toolkit.tables.queries import QueryError, define, select, tables_used
from toolkit.tables.syntax import Syntax, syntax_of
from toolkit.tables.types import identifier

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def create_views(
    con: DuckDBPyConnection, views: Iterable[View], lost: dict[str, str]
) -> tuple[dict[str, View], list[Finding]]:
    """Create views on a locked connection, each after those that it reads, whatever their order.

    Returns those created, in the order of their creation, and what is wrong with others: D018.
    ``lost`` says of each table that is not there why; it takes the views that are not created.
    Views that read what is lost are left out without a word, since that has its finding.
    """
    waiting = {view.name: view for view in views}
    read: dict[str, Syntax] = {}
    created: dict[str, View] = {}
    findings: list[Finding] = []

    def fail(name: str, message: str, line: int | None = None) -> None:
        lost[name] = f"the view {name} could not be created"
        findings.append(builtin_rule("D018").finding(waiting[name].path, message, line=line))

    for name, view in waiting.items():
        try:
            read[name] = _read(con, view, waiting)
        except QueryError as error:
            fail(name, str(error), error.line)
    needs = {name: sorted(found.names & read.keys()) for name, found in read.items()}
    for circle in _circles(needs):
        names = ", ".join(circle)
        lost |= {name: f"the view {name} could not be created" for name in circle}
        alone = "the view reads itself"
        fail(
            circle[0], f"these views read each other in a circle: {names}" if circle[1:] else alone
        )
    for name in TopologicalSorter(needs).static_order():
        if missing := sorted(read[name].names & lost.keys()):
            lost[name] = lost[missing[0]]
            continue
        try:
            _create(con, waiting[name])
        except QueryError as error:
            fail(name, str(error), error.line)
        else:
            created[name] = waiting[name]
    return created, findings


def _read(con: DuckDBPyConnection, view: View, views: Iterable[str]) -> Syntax:
    """Return what a view reads; raises QueryError where it may say other things in a release."""
    found = syntax_of(con, view.sql)
    for message, position in found.faults:
        raise QueryError.at(message, view.sql, position)
    for star in found.stars:
        if tables := sorted(star.tables - set(views)):
            message = f"name the columns of {tables[0]}: * shows others here than in a release"
            raise QueryError.at(message, view.sql, star.position)
    if found.columns is not None and (unknown := view.columns.keys() - set(found.columns)):
        message = f"the header describes {min(unknown)}, which is no column of it"
        raise QueryError.at(message, view.sql, 0)
    return found


def _circles(names: dict[str, list[str]]) -> Iterator[list[str]]:
    """Yield the names in each circle, the first one first, and take them out of ``names``."""
    while True:
        try:
            TopologicalSorter(names).prepare()
        except CycleError as error:
            circle = sorted(set(error.args[1]))
            for name in circle:
                del names[name]
            for name, needs in names.items():
                names[name] = [one for one in needs if one in names]
            yield circle
        else:
            return


def _create(con: DuckDBPyConnection, view: View) -> None:
    name = identifier(view.name)
    if view.parameters:
        head = f"CREATE MACRO {name}({', '.join(map(identifier, view.parameters))}) AS TABLE "
    else:
        head = f"CREATE VIEW {name} AS "
    try:
        define(con, head, view.sql)
    except QueryError as error:
        if "Conflicting column names" in str(error):
            # DuckDB takes the columns of views beneath a macro for its parameters, where they
            # stand without their table (DuckDB 2.0); the place that it names is in that view.
            message = f"{error} A view that it reads has to name the table of that column"
            raise QueryError(message) from None
        raise


def view_columns(con: DuckDBPyConnection, view: View) -> dict[str, str]:
    """Return the type of each column of a view that was created, by its name."""
    _, rows = select(con, f"DESCRIBE FROM {_call(view)}")
    return {row[0]: row[1] for row in rows}


def view_tables(con: DuckDBPyConnection, view: View) -> set[str]:
    """Return the names, in lower case, of the tables beneath a view."""
    return tables_used(con, f"FROM {_call(view)}")


def run_view(con: DuckDBPyConnection, view: View) -> None:
    """Work out every cell of a view, of a macro with NULL for its parameters; raises QueryError."""
    select(con, f"SELECT bit_xor(hash(one)) FROM {_call(view)} AS one")


def _call(view: View) -> str:
    empty = ", ".join("NULL" for _ in view.parameters)
    return f"{identifier(view.name)}({empty})" if view.parameters else identifier(view.name)
