"""SQL from a user over the tables, views and code lists of a package."""

from toolkit.query.errors import explain
from toolkit.query.named import NoQuery, list_queries, named_queries, named_query
from toolkit.query.output import (
    BINARY,
    FORMATS,
    Query,
    export,
    format_of,
    render,
    render_rows,
    write_text,
)
from toolkit.query.parameters import BadName, parameter, value_of
from toolkit.query.session import Column, NoSession, Result, Session, Source, open_source

__all__ = [
    "BINARY",
    "FORMATS",
    "BadName",
    "Column",
    "NoQuery",
    "NoSession",
    "Query",
    "Result",
    "Session",
    "Source",
    "explain",
    "export",
    "format_of",
    "list_queries",
    "named_queries",
    "named_query",
    "open_source",
    "parameter",
    "render",
    "render_rows",
    "value_of",
    "write_text",
]
