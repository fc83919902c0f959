"""The tables of a release as one DuckDB database, with keys and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.release.formats.codebook import text_of
from toolkit.release.formats.keys import column_list, references, required, unique_keys
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import column_names, select_rows
from toolkit.release.formats.views import STORAGE_VERSION, add_views
from toolkit.tables import (
    Database,
    Table,
    connect,
    describe_package,
    identifier,
    literal,
    lock,
    type_of,
)

if TYPE_CHECKING:
    import polars as pl


def write_duckdb(release: Release) -> None:
    """Write ``<package>.duckdb``: tables with keys, comments and code lists, and the views.

    A foreign key within one table is left out: DuckDB can check it only against rows of earlier
    statements, which would impose another order of rows than that of the files. So is, where tables
    refer to each other, the key of the first to the last.
    """
    database, con = release.database, release.database.con
    path = release.file("duckdb")
    con.execute("SET threads = 1")
    # Segments carry stray bytes of the memory that they were made in, which differ from build to
    # build: those of compressed ones always, the others not if it is fresh (DuckDB 2.0).
    con.execute("SET force_compression = 'uncompressed'")
    con.execute("SET block_allocator_memory = '2GiB'")
    con.execute(f"ATTACH {literal(str(path))} AS release (STORAGE_VERSION '{STORAGE_VERSION}')")
    made: set[str] = set()
    for table in _parents_first(database):
        name = f"release.{identifier(table.name)}"
        con.execute(f"CREATE TABLE {name} ({', '.join(_definitions(database, table, made))})")
        made.add(table.name)
        con.execute(f"INSERT INTO {name} {select_rows(table)}")
        con.execute(f"COMMENT ON TABLE {name} IS {literal(_text(table.schema.descriptor))}")
        columns = column_names(table)
        for field in table.schema.fields:
            column = f"{name}.{identifier(columns[field.name])}"
            con.execute(f"COMMENT ON COLUMN {column} IS {literal(_text(field.descriptor))}")
    describe_package(con, database.package, "release.")
    con.execute("CHECKPOINT release")
    con.execute("DETACH release")
    if database.package.views:
        add_views(release, path)


def read_duckdb(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that the database of the release holds, in its order.

    Raises LookupError for a table that is none: in a database of a stranger it may be a view, which
    could read other files or never end.
    """
    import polars

    path = release.file("duckdb")
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
            # Without ORDER BY rows come as they were written; a field may be called rowid.
            rows = con.sql(f"SELECT * FROM release.{identifier(table.name)}")
            yield table, polars.DataFrame(rows)


def _text(descriptor: dict[str, object]) -> str:
    return text_of(descriptor, "description", "title")


def _definitions(database: Database, table: Table, made: set[str]) -> list[str]:
    """Return columns and keys; a key can refer only to the primary key of a table that is made."""
    columns = [
        f"{identifier(column)} {type_of(table, name)}{' NOT NULL' if required(table, name) else ''}"
        for name, column in column_names(table).items()
    ]
    primary = table.schema.primary_key
    keys = [f"PRIMARY KEY ({column_list(table, primary)})"] if primary else []
    keys += [f"UNIQUE ({column_list(table, key)})" for key in unique_keys(table)]
    for reference, target in references(database, table):
        if target.name in made and target.schema.primary_key == reference.reference:
            keys.append(
                f"FOREIGN KEY ({column_list(table, reference.fields)}) "
                f"REFERENCES {identifier(target.name)} ({column_list(target, reference.reference)})"
            )
    return columns + keys


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
