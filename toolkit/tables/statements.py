"""SQL of a user: one statement on a locked connection, with parameters, typed columns and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from toolkit.tables.queries import QueryError, explained, kind_of
from toolkit.tables.types import identifier

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

_BATCH = 1_000
# Types that polars does not have, or would take for bytes (polars 2.0).
_NO_FRAME = re.compile(r"\b(INTERVAL|UNION|BIT|TIME WITH TIME ZONE|BIGNUM|VARIANT|GEOMETRY)\b")


class Cells(Enum):
    """How the cells of a result are given: SQL that makes a text of one."""

    TEXT = "CAST(#{} AS VARCHAR)"
    JSON = "to_json(#{})"


class Statement:
    """One statement that reads: SELECT and what stands for it, PIVOT, DESCRIBE, SHOW, EXPLAIN.

    Use it within `reading`. Each method raises QueryError.
    """

    def __init__(
        self, con: DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
    ) -> None:
        """Parse ``sql``; QueryError for anything but one such statement, or other parameters."""
        self._con, self._sql, self._bare = con, sql, sql
        self._given = dict(parameters or {}) or None
        with self._explaining(sql):
            self._explain = _checked(con, sql, set(self._given or ()))
        self._bare = _without_semicolon(sql)

    def columns(self) -> list[tuple[str, str]]:
        """Return the name and the DuckDB type of each column of the result."""
        if self._explain:
            return [("explain_key", "VARCHAR"), ("explain_value", "VARCHAR")]
        rows = self._run(f"DESCRIBE {self._bare}").fetchall()
        return [(name, kind.strip('"')) for name, kind, *_ in rows]

    def rows(self, columns: int, cells: Cells) -> Iterator[list[tuple[str | None, ...]]]:
        """Yield batches of rows of texts, of NULL None: DuckDB makes them, so that none is lost.

        Python's types hold no infinite date, no interval of months and no zone.
        """
        if self._explain:
            self._run(self._sql)
        else:
            self._run(self._select(cells.value.format(index + 1) for index in range(columns)))
        with self._explaining(self._sql):
            while batch := self._con.fetchmany(_BATCH):
                yield batch

    def frame(self) -> pl.DataFrame:
        """Return the result with the types of its columns; those that polars lacks are texts.

        Of columns with the same name the later ones get a number.
        """
        import polars

        columns = self.columns()
        names = unique(name for name, _ in columns)
        if self._explain:
            rows = [row for batch in self.rows(len(columns), Cells.TEXT) for row in batch]
            return polars.DataFrame(rows, schema=names, orient="row")
        items = [
            f"{f'CAST(#{index} AS VARCHAR)' if _NO_FRAME.search(kind) else f'#{index}'} "
            f"AS {identifier(name)}"
            for index, (name, (_, kind)) in enumerate(zip(names, columns, strict=True), 1)
        ]
        sql = self._select(items)
        with self._explaining(sql):
            # Its faults while it runs would reach us as those of polars.
            return polars.DataFrame(self._con.sql(sql, params=self._given).materialize())

    def _select(self, items: Iterable[str]) -> str:
        return f"SELECT {', '.join(items)} FROM (\n{self._bare}\n)"

    def _run(self, sql: str) -> DuckDBPyConnection:
        with self._explaining(sql):
            return self._con.execute(sql, self._given)

    @contextmanager
    def _explaining(self, run: str) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise explained(error, self._bare if self._bare in run else self._sql, run) from None


def unique(names: Iterable[str]) -> list[str]:
    """Return names of which the later ones of those that are alike have a number."""
    taken: dict[str, None] = {}
    for one in names:
        name, number = one, 1
        while name in taken:
            number += 1
            name = f"{one}_{number}"
        taken[name] = None
    return list(taken)


def _checked(con: DuckDBPyConnection, sql: str, given: set[str]) -> bool:
    """Check that ``sql`` is one statement that reads, with just these parameters.

    Returns whether it is EXPLAIN, which cannot stand within another statement.
    """
    found = con.extract_statements(sql)
    if len(found) != 1:
        raise QueryError(f"there should be one statement, not {len(found) or 'none'}")
    kind = kind_of(found[0])
    # PIVOT without a list of values is several statements at once.
    if kind not in ("SELECT", "MULTI", "EXPLAIN"):
        raise QueryError(
            f"{kind.replace('_', ' ')} is not allowed: queries only read, with SELECT, FROM, "
            "WITH, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
        )
    wanted = found[0].named_parameters
    if unnamed := sorted(name for name in wanted if name.isdecimal()):
        raise QueryError(f"the parameter {unnamed[0]} has no name: write $name, not ? or $1")
    if missing := sorted(wanted - given):
        raise QueryError(
            f"the parameter {missing[0]} has no value; give one with -p {missing[0]}=…"
        )
    if excess := sorted(given - wanted):
        known = f"it has {', '.join(sorted(wanted))}" if wanted else "it has none"
        raise QueryError(f"the query has no parameter {excess[0]}; {known}")
    return kind == "EXPLAIN"


def _without_semicolon(sql: str) -> str:
    """Return a statement up to the semicolons that end it."""
    end = len(sql)
    for token in reversed(tokens(sql)):
        if token.text == ";":
            end = token.start
        elif token.kind != "comment":
            break
    return sql[:end]


class Token(NamedTuple):
    """A word or mark of SQL and the character at which it begins.

    ``kind`` is identifier, keyword, numeric_const, string_const, operator or comment; a point is a
    numeric_const. A text or comment that does not end goes on to the end of the SQL.
    """

    kind: str
    start: int
    text: str


def tokens(sql: str) -> list[Token]:
    """Return the words and marks of SQL, which need not be whole or right."""
    import duckdb

    # Half of a pair of surrogates has no UTF-8; the text stays as long as it was.
    written = sql.encode("utf-8", "replace")
    found = duckdb.tokenize(written.decode())
    starts = [start for start, _ in found] + [len(written)]
    result, place = [], len(written[: starts[0]].decode())
    for (start, kind), end in zip(found, starts[1:], strict=True):
        text = written[start:end].decode()
        result.append(Token(kind.name, place, text.rstrip()))
        place += len(text)
    return result


def split(sql: str) -> tuple[list[str], str]:
    """Return the statements, each up to its semicolon, and what stands after the last of them.

    Joined they are the text.
    """
    pieces, start = [], 0
    for token in tokens(sql):
        if token.text == ";" and token.kind == "operator":
            pieces.append(sql[start : token.start + 1])
            start = token.start + 1
    return pieces, sql[start:]


def is_blank(sql: str) -> bool:
    """Whether there is nothing in a piece of SQL but comments and its semicolon."""
    return all(token.kind == "comment" or token.text == ";" for token in tokens(sql))


def parameters_of(con: DuckDBPyConnection, sql: str) -> set[str]:
    """Return the names of the parameters in SQL. Raises QueryError where it cannot be parsed."""
    import duckdb

    try:
        found = con.extract_statements(sql)
    except duckdb.Error as error:
        raise explained(error, sql) from None
    return {name for statement in found for name in statement.named_parameters}
