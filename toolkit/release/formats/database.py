"""The tables of a release as one DuckDB database, with keys and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.package import ForeignKey
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import column_names, select_rows
from toolkit.tables import (
    Database,
    Table,
    connect,
    create_codelist,
    identifier,
    literal,
    lock,
    type_of,
)

if TYPE_CHECKING:
    import polars as pl

# The oldest storage format still written: newer ones cannot be opened by older clients, nor by
# DuckDB in the browser.
STORAGE_VERSION = "v1.0.0"


def write_duckdb(release: Release) -> None:
    """Write ``<package>.duckdb``: the tables with their keys, comments and code lists.

    A foreign key within one table is left out: DuckDB can check it only against rows of earlier
    statements, which would impose another order of rows than that of the files. So is, where tables
    refer to each other, the key of the first to the last.
    """
    database, con = release.database, release.database.con
    path = release.folder / f"{release.package.name}.duckdb"
    con.execute("SET threads = 1")
    # Compressed segments carry stray bytes, which differ from build to build (DuckDB 2.0).
    con.execute("SET force_compression = 'uncompressed'")
    con.execute(f"ATTACH {literal(str(path))} AS release (STORAGE_VERSION '{STORAGE_VERSION}')")
    made: dict[str, Table] = {}
    for table in _parents_first(database):
        name = f"release.{identifier(table.name)}"
        con.execute(f"CREATE TABLE {name} ({', '.join(_definitions(table, made))})")
        made[table.name] = table
        con.execute(f"INSERT INTO {name} {select_rows(table)}")
        con.execute(f"COMMENT ON TABLE {name} IS {literal(_text(table.schema.descriptor))}")
        columns = column_names(table)
        for field in table.schema.fields:
            column = f"{name}.{identifier(columns[field.name])}"
            con.execute(f"COMMENT ON COLUMN {column} IS {literal(_text(field.descriptor))}")
    con.execute("CREATE SCHEMA release.codelists")
    for codelist in database.package.codelists.values():
        create_codelist(con, codelist, f"release.codelists.{identifier(codelist.name)}")
    con.execute("CHECKPOINT release")
    con.execute("DETACH release")


def read_duckdb(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that the database of the release holds, in its order.

    Raises LookupError for a table that is none: in a database of a stranger it may be a view, which
    could read other files or never end.
    """
    import polars

    path = release.folder / f"{release.package.name}.duckdb"
    with connect() as con:
        con.execute(f"ATTACH {literal(str(path))} AS release (READ_ONLY)")
        lock(con)
        found = con.sql(
            "SELECT table_name FROM duckdb_tables() "
            "WHERE database_name = 'release' AND schema_name = 'main'"
        ).fetchall()
        for table in release.database.tables.values():
            if (table.name,) not in found:
                raise LookupError(f"there is no table {table.name}")
            rows = con.sql(f"SELECT * FROM release.{identifier(table.name)} ORDER BY rowid")
            yield table, polars.DataFrame(rows)


def _text(descriptor: dict[str, object]) -> str:
    return str(descriptor.get("description") or descriptor.get("title") or "")


def _definitions(table: Table, made: dict[str, Table]) -> list[str]:
    """Return columns and keys; a key can refer only to tables that are ``made``."""
    schema, names = table.schema, column_names(table)
    columns = []
    for field in schema.fields:
        required = " NOT NULL" if field.required and field.name not in table.absent else ""
        columns.append(f"{identifier(names[field.name])} {type_of(table, field.name)}{required}")
    keys = [f"PRIMARY KEY ({_list(table, schema.primary_key)})"] if schema.primary_key else []
    unique = [(one.name,) for one in schema.fields if one.constraints.get("unique") is True]
    others = [key for key in (*unique, *schema.unique_keys) if key != schema.primary_key]
    keys += [f"UNIQUE ({_list(table, key)})" for key in others]
    for reference in schema.foreign_keys:
        target = made.get(reference.resource)
        if target and _is_key(table, target, reference):
            other = f"{identifier(target.name)} ({_list(target, reference.reference)})"
            keys.append(f"FOREIGN KEY ({_list(table, reference.fields)}) REFERENCES {other}")
    return columns + keys


def _list(table: Table, names: tuple[str, ...]) -> str:
    columns = column_names(table)
    return ", ".join(identifier(columns[name]) for name in names)


def _is_key(table: Table, target: Table, reference: ForeignKey) -> bool:
    """Whether DuckDB can hold the key: it must refer to a primary key of the same types."""
    if target.schema.primary_key != reference.reference:
        return False
    pairs = zip(reference.fields, reference.reference, strict=True)
    return all(type_of(table, own) == type_of(target, other) for own, other in pairs)


def _parents_first(database: Database) -> list[Table]:
    """Order the tables so that each stands after those it refers to, as far as there is an order.

    Of tables that refer to each other the first one in the descriptor comes first.
    """
    waiting = dict(database.tables)
    ordered: list[Table] = []
    while waiting:
        free = [
            table
            for table in waiting.values()
            if not any(
                key.resource in waiting and key.resource != table.name
                for key in table.schema.foreign_keys
            )
        ]
        ordered += [waiting.pop(table.name) for table in free or list(waiting.values())[:1]]
    return ordered
