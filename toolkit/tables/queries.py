"""Running SQL that comes with a package: one SELECT, on a locked connection, for a limited time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TIME_LIMIT_SECONDS = 60.0
ROW_LIMIT = 1_000_000
TEXT_LIMIT = 100_000_000
NOT_ONE_SELECT = "the file must hold exactly one SELECT"
_BATCH = 1_000


class QueryError(Exception):
    """The SQL cannot be run; ``line`` is the line of the SQL that DuckDB names, if it names one."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def tables_used(con: DuckDBPyConnection, sql: str) -> set[str]:
    """Return the names, in lower case, of the tables that exactly one SELECT reads.

    Views stand for the tables beneath them.

    Raises QueryError for anything but one SELECT.
    """
    import duckdb

    try:
        kinds = [statement.type for statement in con.extract_statements(sql)]
        if kinds != [duckdb.StatementType.SELECT]:
            raise QueryError(NOT_ONE_SELECT)
        return {name.lower() for name in con.get_table_names(sql)}
    except duckdb.Error as error:
        raise _explained(error, sql) from None


def line_at(sql: str, position: int | None) -> int | None:
    """Return the line of the SQL on which a byte stands."""
    return None if position is None else sql.encode()[:position].count(b"\n") + 1


def select(con: DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SELECT and return its column names and rows; QueryError if it fails or is slow."""
    import duckdb

    try:
        with _time_limit(con):
            result = con.execute(sql)
            names = [column[0] for column in result.description or ()]
            rows: list[tuple[Any, ...]] = []
            size = 0
            while batch := result.fetchmany(_BATCH):
                rows += batch
                size += sum(len(cell) for row in batch for cell in row if isinstance(cell, str))
                if size > TEXT_LIMIT:
                    raise QueryError(f"the query returns more than {TEXT_LIMIT:,} characters")
                if len(rows) > ROW_LIMIT:
                    raise QueryError(f"the query returns more than {ROW_LIMIT:,} rows")
            return names, rows
    except duckdb.InterruptException:
        raise QueryError(f"the query took longer than {TIME_LIMIT_SECONDS:.0f} seconds") from None
    except duckdb.Error as error:
        raise _explained(error, sql) from None


def stream(
    con: DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query of our own, a batch at a time.

    No other query may run on the connection until the last row has been taken.
    """
    result = con.execute(sql, parameters)
    while rows := result.fetchmany(_BATCH):
        yield from rows


@contextmanager
def _time_limit(con: DuckDBPyConnection) -> Iterator[None]:
    timer = threading.Timer(TIME_LIMIT_SECONDS, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _explained(error: Exception, sql: str) -> QueryError:
    """DuckDB's message in one line, and the line of the SQL at which it points.

    A locked connection gives its errors as JSON; ``position`` counts bytes of the SQL.
    """
    text = str(error)
    try:
        details = json.loads(text[text.index("{") :])
    except ValueError:
        return QueryError(" ".join(text.split()))
    position = str(details.get("position", ""))
    line = line_at(sql, int(position) if position.isdigit() else None)
    return QueryError(" ".join(str(details.get("exception_message", text)).split()), line)
