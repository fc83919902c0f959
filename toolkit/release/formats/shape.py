"""The rows of a typed table as they are released: every format holds the same."""

from __future__ import annotations

from toolkit.tables import Table, identifier


def column_names(table: Table) -> dict[str, str]:
    """Return the column of each field: its name, longer where another one differs only in case.

    Most formats fold case, Table Schema does not.
    """
    columns: dict[str, str] = {}
    seen = set()
    for name in table.schema.names:
        column = name
        while column.lower() in seen:
            column += "_"
        seen.add(column.lower())
        columns[name] = column
    return columns


def select_rows(table: Table) -> str:
    """Return the SELECT of the typed rows of a table, in the order of its file."""
    columns = [
        f"{table.column(name)} AS {identifier(column)}"
        for name, column in column_names(table).items()
    ]
    return f"SELECT {', '.join(columns)} FROM {table.relation} ORDER BY rowid"
