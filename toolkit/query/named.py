"""The named queries of a package: which there are, and one with the values of its parameters."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from toolkit.findings import escape
from toolkit.package import NamedQuery
from toolkit.query.output import Query
from toolkit.query.parameters import value_of
from toolkit.query.session import Source
from toolkit.query.suggestions import meant


class NoQuery(Exception):
    """There is no query of that name; the message says what was perhaps meant."""


def named_queries(source: Source) -> dict[str, NamedQuery]:
    """Return the queries of a package by name; a DuckDB file has none."""
    return {query.name: query for query in (source.package.queries if source.package else ())}


def named_query(source: Source, name: str, given: Mapping[str, object]) -> Query:
    """Return the query called ``name``, its parameters with their usual values or those given.

    Raises NoQuery.
    """
    named = named_queries(source)
    if name not in named:
        guess = meant(name, {one: one for one in named})
        raise NoQuery("; ".join(filter(None, (f"there is no query {escape(name)}", guess))))
    usual = {key: value_of(value) for key, value in named[name].parameters.items()}
    return Query(named[name].sql, {**usual, **given})


def list_queries(source: Source) -> str:
    """Return lines with the names of the queries by group, and the question of each."""
    named = named_queries(source)
    if not named:
        return "No named queries: a package keeps them in schemas/queries/NAME.sql.\n"
    width = max(map(len, named))
    lines: list[str] = []
    for group, queries in itertools.groupby(named.values(), key=lambda query: query.group):
        margin = "  " if group else ""
        lines += ["", escape(group)]
        lines += (
            f"{margin}{query.name:<{width}}  {escape(query.title)}{_usual(query)}"
            for query in queries
        )
    return "\n".join(lines).lstrip("\n") + "\n"


def _usual(query: NamedQuery) -> str:
    values = ", ".join(f"{name}={escape(value)}" for name, value in query.parameters.items())
    return f" [{values}]" if values else ""
