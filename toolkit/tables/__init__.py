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
from toolkit.tables.statements import Cells, Statement, unique
from toolkit.tables.syntax import syntax_of
from toolkit.tables.table import Table
from toolkit.tables.types import TYPE_RULES, cast, identifier, literal, polars_type, reader
from toolkit.tables.views import comment_on_view, create_views, view_columns, view_faults

__all__ = [
    "MEMORY",
    "TYPE_RULES",
    "Cells",
    "Database",
    "QueryError",
    "Statement",
    "Table",
    "cast",
    "comment_on_view",
    "connect",
    "create_views",
    "describe_package",
    "identifier",
    "literal",
    "lock",
    "open_database",
    "open_file",
    "polars_type",
    "reader",
    "reading",
    "select",
    "silent",
    "stream",
    "syntax_of",
    "tables_used",
    "type_of",
    "unique",
    "view_columns",
    "view_faults",
    "with_places",
]
