"""What is wrong with a query, where in it, and what was perhaps meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import escape
from toolkit.query.session import Session
from toolkit.query.suggestions import meant
from toolkit.tables import QueryError, literal, select

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# DuckDB's own guesses, which look only at names that begin alike, or at what is in reach.
_GUESS = re.compile(
    r"(;| |\.|!)*\s*(Did you mean|Candidate bindings|Candidate functions).*", re.DOTALL
)
_NO_COLUMN = re.compile(r'does not have a column named "(.+?)"')
_NO_SCHEMA = re.compile(r'because schema "(.+?)" does not exist')
_KIND = re.compile(r"(?:(Table|Type|Sequence|Schema)|[\w ]*(Function)) with name ")
# Where a limit was met, what lifts it.
_LIFTED = (
    (re.compile(r"allocate|offload|pin block"), "--memory 4GiB gives it more memory"),
    (re.compile(r"took longer than"), "--seconds 600 gives it more time"),
)
_LONGEST = 160


def explain(error: QueryError, session: Session, first: int = 1) -> str:
    """Return lines that tell the fault, show the place in the SQL, and guess what was meant.

    ``first`` is the line of a file on which the SQL begins.
    """
    message, guess = str(error), ""
    kind, name = _kind(message), missing_name(error)
    if name and kind in ("table", "column", "function", "schema"):
        guess = _guess(session.con, error.sql, name, kind)
        message = _GUESS.sub("", message).rstrip("!. ").replace("Values list ", "Table ")
        if not guess and kind != "function":
            guess = "SHOW TABLES lists what there is, DESCRIBE a table its columns"
    else:
        guess = next((remedy for limit, remedy in _LIFTED if limit.search(message)), "")
    lines = [escape(message), *_place(error, first)]
    if guess:
        lines.append(f"hint: {guess}")
    return "\n".join(lines)


def missing_name(error: QueryError) -> str:
    """Return the name in the SQL that means nothing, if that is what is wrong."""
    message = str(error)
    if match := _NO_SCHEMA.search(message) or _NO_COLUMN.search(message):
        return str(match[1])
    return error.missing


def _kind(message: str) -> str:
    """Return what sort of thing does not exist."""
    if _NO_SCHEMA.search(message):
        return "schema"
    match = _KIND.match(message)
    return (match[1] or match[2]).lower() if match else "column"


def _place(error: QueryError, first_line: int) -> Iterator[str]:
    """Yield the line of the SQL at which the fault is, and a mark under the place."""
    if error.start is None or error.line is None:
        return
    first = error.sql.rfind("\n", 0, error.start) + 1
    text = error.sql[first:].partition("\n")[0]
    start, end = error.start - first, min(error.end - first, len(text))
    cut = max(0, start - _LONGEST // 2)
    shown = escape(text[cut : cut + _LONGEST].replace("\t", " "))
    before = escape(text[cut:start].replace("\t", " "))
    width = max(1, len(escape(text[start : min(end, cut + _LONGEST)])))
    margin = str(first_line + error.line - 1)
    yield f"  {margin} | {shown}"
    yield f"  {' ' * len(margin)} | {' ' * len(before)}{'~' * width}"


def _guess(con: DuckDBPyConnection, sql: str, name: str, kind: str) -> str:
    """Return which tables, columns, functions or schemas have names like one that means nothing."""
    try:
        _, rows = select(con, _NAMES.format(kind=literal(kind), sql=literal(sql.lower())))
    except QueryError:
        # A stranger's database may call its own macros as the functions are called.
        return ""
    return meant(name, dict(rows))


_NAMES = """
FROM (
    SELECT 'table' AS kind, table_name AS name, table_name AS said FROM duckdb_tables()
    WHERE NOT internal AND schema_name = 'main'
    UNION ALL
    SELECT 'table', view_name, view_name FROM duckdb_views() WHERE NOT internal
    UNION ALL
    SELECT 'table', table_name, schema_name || '.' || table_name FROM duckdb_tables()
    WHERE NOT internal AND schema_name NOT IN ('main', 'cells')
    UNION ALL
    SELECT 'column', column_name, column_name || ' (in ' || array_to_string(list(
        table_name ORDER BY NOT contains({sql}, lower(table_name)), table_name)[:3], ', ') || ')'
    FROM duckdb_columns() WHERE NOT internal AND schema_name != 'cells' GROUP BY column_name
    UNION ALL
    SELECT DISTINCT 'schema', schema_name, schema_name FROM duckdb_tables()
    WHERE NOT internal AND schema_name NOT IN ('main', 'cells')
    UNION ALL
    SELECT DISTINCT 'function', function_name, function_name || '()' FROM duckdb_functions()
    WHERE function_name SIMILAR TO '[a-z_0-9]+'
)
SELECT name, said WHERE kind = {kind} ORDER BY name, said
"""
