"""What queries of a page give, by column, as JSON can hold it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.findings import escape
from toolkit.query import Session, Source, explain
from toolkit.site.errors import NoSite
from toolkit.site.page import Page
from toolkit.tables import QueryError, silent

if TYPE_CHECKING:
    import polars as pl

# The largest integer that JavaScript holds exactly with all that are smaller.
_LARGEST = 2**53 - 1

Cell = str | int | float | bool | None | list["Cell"]
Columns = dict[str, list[Cell]]


def read_tables(
    source: Source, page: Page, progress: Callable[[str], None] = silent
) -> dict[str, dict[str, Columns]]:
    """Run the queries of a page on a locked session; return their columns by bundle and table.

    Raises NoSite, which names the file, for a query that fails.
    """
    with source.session() as session:
        for note in session.notes:
            raise NoSite(note)
        bundles: dict[str, dict[str, Columns]] = {}
        for bundle, queries in page.queries.items():
            bundles[bundle] = {}
            for name, sql in queries.items():
                progress(f"reading {bundle}/{name}")
                bundles[bundle][name] = _read(session, sql, page.sources[bundle, name])
    return bundles


def _read(session: Session, sql: str, file: Path) -> Columns:
    try:
        frame = session.frame(sql)
    except QueryError as error:
        raise NoSite(f"{escape(str(file))}: {explain(error, session)}") from None
    return {column.name: _cells(column, file) for column in frame}


def _cells(column: pl.Series, file: Path) -> list[Cell]:
    try:
        return [cell(value) for value in column.to_list()]
    except TypeError:
        kind = escape(str(column.dtype))
        message = f"the column {escape(column.name)} is of type {kind}, which the page cannot take"
        raise NoSite(f"{escape(str(file))}: {message}; cast it to a text") from None


def cell(value: object) -> Cell:
    """Return a value as JSON can hold it. Raises TypeError for structures and bytes.

    Days and times are ISO 8601. A number that is none, or infinite, is empty; an integer that
    JavaScript would round is a text.

    >>> cell(date(2024, 12, 8)), cell(2**60), cell(float("nan")), cell(["a", None])
    ('2024-12-08', '1152921504606846976', None, ['a', None])
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= _LARGEST else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return cell(int(value) if value == value.to_integral_value() else float(value))
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case list():
            return [cell(one) for one in value]
        case _:
            raise TypeError(type(value).__name__)
