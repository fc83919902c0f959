"""The DuckDB database of a run.

Typed tables stand in the schema ``cells``, views named like the resources in ``main``, code lists
in ``codelists``, the package itself in ``meta.package``, and its own views in ``main`` as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Container, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.findings import Collector
from toolkit.package import CodeList, Package, View
from toolkit.package.model import listed_names
from toolkit.tables.contents import Unloadable, open_contents
from toolkit.tables.integrity import count_findings, integrity_findings
from toolkit.tables.queries import explained
from toolkit.tables.reader import read_table
from toolkit.tables.table import Table
from toolkit.tables.types import cast, identifier, literal
from toolkit.tables.views import create_views

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What the tables may take of the memory; what is beyond goes to the temporary folder.
MEMORY = "2GiB"
# What queries may put there: left alone, DuckDB takes nine tenths of the disk, and a single sort
# of a join that was meant otherwise fills them.
SPILL = 10 << 30


@dataclass(slots=True)
class Database:
    """An open connection with the tables of a package, in descriptor order.

    ``views`` holds the views of the package that were created, each after those that it reads;
    ``lost`` says of each table and view that is not there, by its name in lower case, why.
    """

    con: DuckDBPyConnection
    package: Package
    found: Collector
    tables: dict[str, Table] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


def connect(
    path: str = ":memory:", *, read_only: bool = False, **config: str
) -> DuckDBPyConnection:
    """Return a connection that loads no extension and keeps the order of rows.

    The two optimisers reorder rows or raise inside the CSV scan (DuckDB 2.0). A name in SQL never
    means a variable of this program.
    """
    import duckdb

    con = duckdb.connect(
        path,
        read_only=read_only,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            **config,
        },
    )
    con.execute("SET GLOBAL disabled_optimizers = 'in_clause,type_pushdown'")
    con.execute("SET preserve_insertion_order = true")
    con.execute("SET enable_progress_bar = false")
    return con


def silent(step: str) -> None:
    """Tell nobody that a step of a run begins."""


@contextmanager
def open_database(
    package: Package,
    found: Collector,
    *,
    locked: bool = True,
    only: Container[str] | None = None,
    bare: bool = False,
    memory: str = MEMORY,
    progress: Callable[[str], None] = silent,
) -> Iterator[Database]:
    """Read every table of ``package``; then lock the connection, so that rules reach nothing else.

    ``found`` takes the faults of the files and of the views, which are created once the connection
    is locked; ``progress`` is told each step as it begins. A connection that is not locked is for
    writing a release: it has no views, and no SQL of a package may run on it.
    ``only`` names the tables, code lists and views that are needed, ``bare`` leaves the tables
    without ``_key`` and ``_record``.
    """
    with tempfile.TemporaryDirectory(prefix="toolkit-") as folder, connect() as con:
        con.execute(f"SET temp_directory = {literal(folder)}")
        con.execute(f"SET memory_limit = {literal(memory)}")
        con.execute("CREATE SCHEMA cells")
        database = Database(con, package, found)
        for index, resource in enumerate(package.resources):
            if resource.name in database.tables or (only is not None and resource.name not in only):
                continue
            progress(f"reading {resource.name}")
            damaged = list(integrity_findings(resource))
            found.extend(damaged)
            try:
                copy = Path(folder, f"t{index}.csv")
                with closing(open_contents(resource, copy)) as contents:
                    relation = f"cells.t{index}"
                    table = read_table(con, resource, contents, relation, Path(folder), found)
            except Unloadable as error:
                found.add(error.finding)
                continue
            if not damaged:
                found.extend(count_findings(con, table))
            database.tables[resource.name] = table
            shown = view_sql(table, bare=bare)
            con.execute(f"CREATE OR REPLACE VIEW {identifier(resource.name)} AS {shown}")
        for left in ("reject_errors", "reject_scans", "answers"):
            con.execute(f"DROP TABLE IF EXISTS {left}")
        describe_package(con, package, only=only)
        database.lost = _lost(database)
        if locked:
            _bound_spilling(con)
            lock(con)
            wanted = [view for view in package.views if only is None or view.name in only]
            database.views, faults = create_views(con, wanted, database.lost)
            found.extend(faults)
        yield database


def _lost(database: Database) -> dict[str, str]:
    """Return the tables that the descriptor names, and the views, that could not be read."""
    lost = sorted(listed_names(database.package.descriptor) - set(database.tables))
    views = {name: f"the view {name} could not be read" for name in database.package.lost_views}
    return views | {name.lower(): f"the table {name.lower()} could not be read" for name in lost}


@contextmanager
def open_file(path: Path, memory: str = MEMORY) -> Iterator[DuckDBPyConnection]:
    """Open a DuckDB file for reading, on a locked connection. Raises QueryError."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="toolkit-") as folder:
        # From the first moment on, since what is in the file is a stranger's.
        config = {
            "enable_external_access": "false",
            "temp_directory": folder,
            "memory_limit": memory,
        }
        try:
            con = connect(str(path), read_only=True, **config)
        except duckdb.Error as error:
            raise explained(error, "") from None
        with con:
            con.execute(f"SET max_temp_directory_size = '{SPILL}B'")
            lock(con)
            yield con


def lock(con: DuckDBPyConnection) -> None:
    """Cut the connection off from files, network and configuration for good.

    Its errors come as JSON, which tells where in the SQL they are.
    """
    con.execute("SET GLOBAL errors_as_json = true")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def _bound_spilling(con: DuckDBPyConnection) -> None:
    """Let queries put so much into the temporary folder, beside what the tables have there."""
    sizes = con.execute("SELECT size FROM duckdb_temporary_files()").fetchall()
    held = sum(size for (size,) in sizes)
    con.execute(f"SET max_temp_directory_size = '{held + SPILL}B'")


def columns_sql(table: Table) -> list[str]:
    """Return the select list of a table's fields under their names."""
    items, seen = [], {"_key", "_record"}
    for index, one in enumerate(table.schema.fields):
        # DuckDB folds case, Table Schema does not: of two such names the first one is shown.
        if one.name.lower() not in seen:
            seen.add(one.name.lower())
            items.append(f"f{index} AS {identifier(one.name)}")
    return items


def view_sql(table: Table, *, bare: bool = False) -> str:
    """Return the SELECT that shows a typed table by the names of its fields, key and record."""
    columns = columns_sql(table)
    if not bare:
        columns += [f"{table.key_sql()} AS _key", f"{table.record_sql} AS _record"]
    rows = f" WHERE NOT ({table.blank_sql})" if table.blank_sql else ""
    return f"SELECT {', '.join(columns)} FROM {table.relation}{rows}"


def _create_codelist(con: DuckDBPyConnection, codelist: CodeList, relation: str) -> None:
    """Create a table of texts with the columns and rows of a code list; empty cells are NULL."""
    columns = ", ".join(f"{identifier(name)} VARCHAR" for name in codelist.columns)
    con.execute(f"CREATE TABLE {relation} ({columns})")
    marks = f"({', '.join('?' for _ in codelist.columns)})"
    for start in range(0, len(codelist.rows), 1000):
        rows = codelist.rows[start : start + 1000]
        cells = [cell or None for row in rows for cell in row]
        con.execute(f"INSERT INTO {relation} VALUES {', '.join(marks for _ in rows)}", cells)


def describe_package(
    con: DuckDBPyConnection,
    package: Package,
    catalog: str = "",
    only: Container[str] | None = None,
) -> None:
    """Create the code lists and ``meta.package``; ``catalog`` is empty or ends with a point."""
    con.execute(f"CREATE SCHEMA {catalog}codelists")
    for name, codelist in package.codelists.items():
        if only is None or name in only:
            _create_codelist(con, codelist, f"{catalog}codelists.{identifier(name)}")
    con.execute(f"CREATE SCHEMA {catalog}meta")
    temporal = package.descriptor.get("temporal")
    temporal = temporal if isinstance(temporal, dict) else {}
    values = [
        package.name,
        package.version,
        str(package.descriptor.get("created") or "")[:10],
        str(temporal.get("start") or ""),
        str(temporal.get("end") or ""),
    ]
    con.execute(
        f"CREATE TABLE {catalog}meta.package AS SELECT ? AS name, ? AS version, "
        "TRY_CAST(? AS DATE) AS created, TRY_CAST(? AS DATE) AS temporal_start, "
        "TRY_CAST(? AS DATE) AS temporal_end",
        values,
    )


def type_of(table: Table, name: str) -> str:
    """Return the DuckDB type of a field's column."""
    return cast(table.schema.field(name)).type
