"""Data files as typed tables in DuckDB, and back to the lines they came from."""

from toolkit.tables.database import (
    MEMORY,
    Database,
    connect,
    describe_package,
    lock,
    open_database,
    open_file,
    silent,
    type_of,
)
from toolkit.tables.lines import with_places
from toolkit.tables.queries import QueryError, reading, select, stream, tables_used
from toolkit.tables.statements import (
    Cells,
    Statement,
    Token,
    is_blank,
    parameters_of,
    split,
    tokens,
    unique,
)
from toolkit.tables.syntax import syntax_of
from toolkit.tables.table import Table
from toolkit.tables.types import TYPE_RULES, cast, identifier, literal, polars_type, reader
from toolkit.tables.views import create_views, run_view, view_columns, view_tables

__all__ = [
    "MEMORY",
    "TYPE_RULES",
    "Cells",
    "Database",
    "QueryError",
    "Statement",
    "Table",
    "Token",
    "cast",
    "connect",
    "create_views",
    "describe_package",
    "identifier",
    "is_blank",
    "literal",
    "lock",
    "open_database",
    "open_file",
    "parameters_of",
    "polars_type",
    "reader",
    "reading",
    "run_view",
    "select",
    "silent",
    "split",
    "stream",
    "syntax_of",
    "tables_used",
    "tokens",
    "type_of",
    "unique",
    "view_columns",
    "view_tables",
    "with_places",
]
