"""SQL from a user over the tables, views and code lists of a package."""

from toolkit.query.errors import explain
from toolkit.query.output import FORMATS, Query, export, render, write_text
from toolkit.query.parameters import value_of
from toolkit.query.session import Column, NoSession, Result, Session, Source, open_source

__all__ = [
    "FORMATS",
    "Column",
    "NoSession",
    "Query",
    "Result",
    "Session",
    "Source",
    "explain",
    "export",
    "open_source",
    "render",
    "value_of",
    "write_text",
]
