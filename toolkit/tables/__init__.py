"""Data files as typed tables in DuckDB, and back to the lines they came from."""

from toolkit.tables.database import (
    MEMORY,
    Database,
    connect,
    create_codelist,
    lock,
    open_database,
    silent,
    type_of,
)
from toolkit.tables.lines import with_places
from toolkit.tables.queries import QueryError, reading, select, stream, tables_used
from toolkit.tables.statements import Cells, Statement
from toolkit.tables.table import Table
from toolkit.tables.types import TYPE_RULES, cast, identifier, literal, polars_type, reader

__all__ = [
    "MEMORY",
    "TYPE_RULES",
    "Cells",
    "Database",
    "QueryError",
    "Statement",
    "Table",
    "cast",
    "connect",
    "create_codelist",
    "identifier",
    "literal",
    "lock",
    "open_database",
    "polars_type",
    "reader",
    "reading",
    "select",
    "silent",
    "stream",
    "tables_used",
    "type_of",
    "with_places",
]
