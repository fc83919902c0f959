"""The tables of a release as one SQLite database.

Tables are STRICT (SQLite 3.37), with primary, unique and foreign keys, and an index for each
foreign key. Where SQLite has no type of its own, its documentation says what stands for it
(sqlite.org/datatype3.html): booleans are the integers 0 and 1; days, times and points in time are
ISO 8601 text. SQLite stores NaN as NULL: a column of numbers with a NaN in it takes any type, and
holds the text ``NaN`` there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.release.formats.codebook import codebook, text_of
from toolkit.release.formats.keys import column_list, references, required, unique_keys
from toolkit.release.formats.release import NotReleasable, Release
from toolkit.release.formats.shape import (
    column_names,
    restored_rows,
    typed_rows,
    unique_names,
)
from toolkit.tables import Database, Table, identifier, type_of

if TYPE_CHECKING:
    import polars as pl

# INTEGER would make a single primary key the number of the row, and so change the order of rows.
_TYPES = {"BIGINT": "INT", "BOOLEAN": "INT", "DOUBLE": "REAL"}
_OWN = ("_tables", "_fields")
_NAN = "NaN"


def write_sqlite(release: Release) -> None:
    """Write ``<package>.sqlite``; raises NotReleasable where SQLite refuses a table."""
    with closing(sqlite3.connect(release.file("sqlite"), isolation_level=None)) as con:
        con.execute("PRAGMA page_size = 4096")
        con.execute("PRAGMA journal_mode = OFF")
        con.execute("BEGIN")
        names = _names(release)
        for table in release.database.tables.values():
            try:
                _write_table(con, release, table, names)
            except sqlite3.Error as error:
                raise NotReleasable(f"SQLite cannot hold {table.name}: {error}") from None
        _describe(con, release, names)
        con.execute("COMMIT")


def read_sqlite(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that the database of the release holds, in its order."""
    names = _names(release)
    with closing(open_tables(release.file("sqlite"), names.values())) as con:
        for table in release.database.tables.values():
            # A scan of the whole table without an index is in the order of its rows.
            found = con.execute(f"SELECT * FROM {identifier(names[table.name])} NOT INDEXED")
            reads = [readers()[type_of(table, name)] for name in table.schema.names]
            rows = [
                [
                    None if cell is None else read(cell)
                    for read, cell in zip(reads, row, strict=True)
                ]
                for row in found
            ]
            yield table, restored_rows(table, rows)


def open_tables(path: Path, names: Iterable[str]) -> sqlite3.Connection:
    """Open a database, which may be a stranger's, to read tables of these names.

    Raises LookupError for one that is none: it may be a view, which could never end, or virtual,
    which could run anything.
    """
    # The address form opens the file for reading only; its path is escaped.
    con = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        con.execute("PRAGMA trusted_schema = OFF")
        stored = con.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
        missing = set(names).difference(name for (name,) in stored)
        if missing:
            raise LookupError(f"there is no table {min(missing)}")
    except BaseException:
        con.close()
        raise
    return con


def readers() -> dict[str, Callable[[Any], Any]]:
    """Return for each type of DuckDB what makes its value of that which SQLite holds."""
    return {
        "VARCHAR": str,
        "BIGINT": int,
        "DOUBLE": float,
        "BOOLEAN": bool,
        "DATE": date.fromisoformat,
        "TIME": time.fromisoformat,
        "TIMESTAMP": datetime.fromisoformat,
    }


def stored(value: Any) -> Any:
    """Return what SQLite holds for a typed value."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return _NAN if value != value else value


def _names(release: Release) -> dict[str, str]:
    """Return the names of the tables; those that begin with sqlite_ are SQLite's own."""
    return unique_names(
        release.database.tables,
        lambda name: f"_{name}" if name.lower().startswith("sqlite_") else name,
        taken=_OWN,
    )


def _write_table(
    con: sqlite3.Connection, release: Release, table: Table, names: dict[str, str]
) -> None:
    rows = typed_rows(release, table)
    name = identifier(names[table.name])
    definitions = [*_columns(table, rows), *_keys(release.database, table, names)]
    con.execute(f"CREATE TABLE {name} ({', '.join(definitions)}) STRICT")
    marks = ", ".join("?" for _ in table.schema.names)
    con.executemany(
        f"INSERT INTO {name} VALUES ({marks})",
        ([stored(cell) for cell in row] for row in rows.iter_rows()),
    )
    for number, (reference, _) in enumerate(references(release.database, table), 1):
        index = identifier(f"{names[table.name]} key {number}")
        con.execute(f"CREATE INDEX {index} ON {name} ({column_list(table, reference.fields)})")


def _columns(table: Table, rows: pl.DataFrame) -> Iterator[str]:
    for name, column in column_names(table).items():
        kind = type_of(table, name)
        type_ = _TYPES.get(kind, "TEXT")
        if kind == "DOUBLE" and rows[column].is_nan().any():
            type_ = "ANY"
        check = f" CHECK ({identifier(column)} IN (0, 1))" if kind == "BOOLEAN" else ""
        yield f"{identifier(column)} {type_}{' NOT NULL' if required(table, name) else ''}{check}"


def _keys(database: Database, table: Table, names: dict[str, str]) -> Iterator[str]:
    """Yield the keys; SQLite lets a foreign key refer to primary and unique keys only.

    They are checked when a transaction ends, so that tables may refer to each other.
    """
    if table.schema.primary_key:
        yield f"PRIMARY KEY ({column_list(table, table.schema.primary_key)})"
    for key in unique_keys(table):
        yield f"UNIQUE ({column_list(table, key)})"
    for reference, target in references(database, table):
        keys = [target.schema.primary_key, *unique_keys(target)]
        if set(reference.reference) in map(set, keys):
            yield (
                f"FOREIGN KEY ({column_list(table, reference.fields)}) "
                f"REFERENCES {identifier(names[target.name])} "
                f"({column_list(target, reference.reference)}) DEFERRABLE INITIALLY DEFERRED"
            )


def _describe(con: sqlite3.Connection, release: Release, names: dict[str, str]) -> None:
    """Write the code lists, and what the descriptor and the schemas say of tables and fields."""
    package = release.package
    lists = unique_names((f"codes_{name}" for name in package.codelists), taken=names.values())
    for codelist in package.codelists.values():
        name = identifier(lists[f"codes_{codelist.name}"])
        columns = ", ".join(f"{identifier(column)} TEXT" for column in codelist.columns)
        con.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY (code)) STRICT")
        marks = ", ".join("?" for _ in codelist.columns)
        cells = ([cell or None for cell in row] for row in codelist.rows)
        con.executemany(f"INSERT INTO {name} VALUES ({marks})", cells)
    con.execute("CREATE TABLE _tables (name TEXT, title TEXT, description TEXT, rows INT) STRICT")
    for table in release.database.tables.values():
        described = [text_of(table.schema.descriptor, key) for key in ("title", "description")]
        values = (names[table.name], *described, table.rows)
        con.execute("INSERT INTO _tables VALUES (?, ?, ?, ?)", values)
    con.execute(
        "CREATE TABLE _fields (table_name TEXT, column_name TEXT, field TEXT, title TEXT, "
        "type TEXT, constraints TEXT, code_table TEXT, description TEXT) STRICT"
    )
    for entry in codebook(release):
        table = release.database.tables[entry.table]
        values = (
            *(names[entry.table], column_names(table)[entry.field], entry.field, entry.title),
            *(entry.type, entry.constraints, lists.get(f"codes_{entry.codelist}")),
            entry.description,
        )
        con.execute("INSERT INTO _fields VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
