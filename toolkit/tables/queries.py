"""Running SQL that comes with a package: one SELECT, on a locked connection, for a limited time."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, Statement

TIME_LIMIT_SECONDS = 60.0
ROW_LIMIT = 1_000_000
TEXT_LIMIT = 100_000_000
# What DuckDB may need beyond the time limit to stop.
GRACE_SECONDS = 5.0
NOT_ONE_SELECT = "the file must hold exactly one SELECT"
_BATCH = 1_000
# What follows tells of settings, which are locked.
_ADVICE = re.compile(r"Possible solutions:|This limit was set by|Use \"SET ")
_PLACE = re.compile(r"\[(\d+),(\d+)\]")
# How DuckDB calls the errors that name something which does not exist.
_MISSING = ("MISSING_ENTRY", "COLUMN_NOT_FOUND")


class QueryError(Exception):
    """The SQL cannot be run. ``start`` and ``end`` are the place in it, if DuckDB names one.

    ``missing`` is what it names that does not exist: a table, function or column.
    """

    def __init__(
        self, message: str, sql: str = "", start: int | None = None, end: int = 0, missing: str = ""
    ) -> None:
        super().__init__(message)
        self.sql, self.start, self.end, self.missing = sql, start, end, missing

    @classmethod
    def at(cls, message: str, sql: str, byte: int | None, count: int = 1) -> QueryError:
        """Return the error that ``message`` tells, at a place counted in bytes."""
        if byte is None:
            return cls(message, sql)
        written = sql.encode()
        ends = (byte, byte + count)
        start, end = (len(written[: max(one, 0)].decode("utf-8", "ignore")) for one in ends)
        return cls(message, sql, start, end)

    @property
    def line(self) -> int | None:
        """The line of the SQL at which the place begins."""
        return None if self.start is None else self.sql.count("\n", 0, self.start) + 1


def tables_used(con: DuckDBPyConnection, sql: str) -> set[str]:
    """Return the names, in lower case, of the tables that exactly one SELECT reads.

    Views stand for the tables beneath them.

    Raises QueryError for anything but one SELECT.
    """
    import duckdb

    try:
        if [kind_of(statement) for statement in con.extract_statements(sql)] != ["SELECT"]:
            raise QueryError(NOT_ONE_SELECT)
        return {name.lower() for name in con.get_table_names(sql)}
    except duckdb.Error as error:
        raise explained(error, sql) from None


def kind_of(statement: Statement) -> str:
    """Return what sort of statement it is, as DuckDB calls it, such as SELECT or COPY."""
    try:
        return str(statement.type.name)
    except ValueError:
        # There are statements that the types of DuckDB's Python do not name (DuckDB 2.0).
        return statement.query.split(maxsplit=1)[0].upper()


def define(con: DuckDBPyConnection, head: str, sql: str) -> None:
    """Run ``head``, the beginning of a CREATE, with the SELECT that is its body: QueryError."""
    import duckdb

    try:
        with _time_limit(con, TIME_LIMIT_SECONDS):
            con.execute(head + sql)
    except duckdb.InterruptException:
        raise QueryError(f"the query took longer than {TIME_LIMIT_SECONDS:g} seconds") from None
    except duckdb.Error as error:
        raise explained(error, sql, head + sql) from None


def select(con: DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SELECT and return its column names and rows; QueryError if it fails or is slow."""
    import duckdb

    with reading(con):
        try:
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
            raise
        except duckdb.Error as error:
            raise explained(error, sql) from None


@contextmanager
def reading(
    con: DuckDBPyConnection,
    seconds: float = TIME_LIMIT_SECONDS,
    stuck: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Let queries run for so many seconds, 0 for any, in a transaction that can write nothing.

    A SELECT can hold an INSERT (in a WITH clause, DuckDB 2.0). Raises QueryError when time is up.
    ``stuck`` is called from another thread if a query does not stop then: DuckDB heeds the time
    between batches of rows, never within one call of a function.
    """
    import duckdb

    try:
        con.execute("BEGIN TRANSACTION READ ONLY")
        with _time_limit(con, seconds, stuck):
            yield
    except duckdb.InterruptException:
        raise QueryError(f"the query took longer than {seconds:g} seconds") from None
    finally:
        _end_transaction(con)


def _end_transaction(con: DuckDBPyConnection) -> None:
    """End the transaction, though an interruption that comes late may hit this very step."""
    import duckdb

    with suppress(duckdb.TransactionException):
        while True:
            with suppress(duckdb.InterruptException):
                con.execute("ROLLBACK")
                return


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
def _time_limit(
    con: DuckDBPyConnection, seconds: float, stuck: Callable[[], None] | None = None
) -> Iterator[None]:
    if not seconds:
        yield
        return
    timers = [threading.Timer(seconds, con.interrupt)]
    if stuck:
        timers.append(threading.Timer(seconds + GRACE_SECONDS, stuck))
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
            timer.join()


def explained(error: Exception, sql: str, run: str = "") -> QueryError:
    """Return DuckDB's message in one line, and the place in the SQL at which it points.

    ``run`` is what was run, if it held ``sql`` among other text. A locked connection gives its
    errors as JSON, in which ``location`` counts bytes.
    """
    text = str(error)
    try:
        details = json.loads(text[text.index("{") :])
    except ValueError:
        return QueryError(" ".join(text.split()))
    message = _ADVICE.split(_plain(str(details.get("exception_message", text))))[0]
    message = " ".join(message.split())
    missing = str(details.get("name", "")) if details.get("error_subtype") in _MISSING else ""
    place = _PLACE.fullmatch(str(details.get("location", "")))
    before = len((run or sql).partition(sql)[0].encode())
    found = QueryError.at(
        message, sql, int(place[1]) - before if place else None, int(place[2]) if place else 0
    )
    found.missing = missing
    return found


def _plain(message: str) -> str:
    """Return a message without the JSON of another one, which some functions put into theirs."""
    told, mark, inner = message.partition('{"exception_type"')
    try:
        return told + str(json.loads(mark + inner)["exception_message"])
    except (ValueError, KeyError):
        return message
