"""The rows of a typed table as they are released: every format holds the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.release.formats.release import Release
from toolkit.tables import Table, identifier, polars_type

if TYPE_CHECKING:
    import polars as pl


def unique_names(
    names: Iterable[str],
    valid: Callable[[str], str] = str,
    *,
    limit: int | None = None,
    taken: Iterable[str] = (),
) -> dict[str, str]:
    """Return for each name the one that a format takes: valid, short enough, and unique.

    Most formats fold case, Table Schema does not: of names that differ only in case the later ones
    get an ending. So do those that are the same once they are valid or cut to ``limit`` characters.
    """
    found: dict[str, str] = {}
    seen = {name.casefold() for name in taken}
    for name in names:
        base, ending, count = valid(name), "", 1
        while (candidate := base[: limit and limit - len(ending)] + ending).casefold() in seen:
            ending = "_" if count == 1 else f"_{count}"
            count += 1
        seen.add(candidate.casefold())
        found[name] = candidate
    return found


def column_names(table: Table) -> dict[str, str]:
    """Return the column of each field: its name, longer where another one differs only in case."""
    return unique_names(table.schema.names)


def select_rows(table: Table) -> str:
    """Return the SELECT of the typed rows of a table, in the order of its file."""
    columns = [
        f"{table.column(name)} AS {identifier(column)}"
        for name, column in column_names(table).items()
    ]
    # A field may be called rowid as well.
    order = f"{table.relation}.rowid"
    return f"SELECT {', '.join(columns)} FROM {table.relation} ORDER BY {order}"


def typed_rows(release: Release, table: Table) -> pl.DataFrame:
    """Return the typed rows of a table: a column per field in the order of the schema.

    Columns are String, Int64, Float64, Boolean, Date, Time and Datetime in microseconds, UTC where
    the cells name an offset.
    """
    import polars

    return polars.DataFrame(release.database.con.sql(select_rows(table)))


def restored_rows(table: Table, rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Return rows of Python values as `typed_rows` would; raises if a value is of another type."""
    import polars

    names = column_names(table)
    schema = {column: polars_type(table.schema.field(name)) for name, column in names.items()}
    return polars.DataFrame(rows, schema=schema, orient="row")
