"""All checks of a table at once: only where they do not all pass is each one asked for itself.

Pandera's backends are named here instead of being looked up, for looking them up imports the
strategies of its built-in checks, and with these hypothesis and pandas where they are installed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pandera.polars as pandera
import polars as pl
from pandera.backends.polars.checks import PolarsCheckBackend
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.errors import SchemaError

# A check, and the column that it is held against; None where it is held against the row.
Held = tuple[Callable[[Any], pl.LazyFrame], str | None]


class _Check(pandera.Check):
    @classmethod
    def get_backend(cls, check_obj: Any) -> type[PolarsCheckBackend]:
        return PolarsCheckBackend


class _Schema(pandera.DataFrameSchema):
    @classmethod
    def get_backend(cls, check_obj: Any = None, check_type: Any = None) -> DataFrameSchemaBackend:
        return DataFrameSchemaBackend()


def whole_schema(checks: list[Held]) -> pandera.DataFrameSchema:
    """Return a schema with one check, which a row passes if it passes all of ``checks``."""
    # One row that fails is enough to know of.
    return _Schema(checks=[_Check(functools.partial(_all, checks), n_failure_cases=1)])


def passes(schema: pandera.DataFrameSchema, frame: pl.DataFrame) -> bool:
    """Whether every row of a frame passes."""
    try:
        schema.validate(frame)
    except SchemaError:
        return False
    return True


def _all(checks: list[Held], data: pandera.PolarsData) -> pl.LazyFrame:
    """Return what each check says of each row, a column for each check."""
    results = [
        check(pandera.PolarsData(data.lazyframe, column or "*")).select(pl.all().alias(f"{number}"))
        for number, (check, column) in enumerate(checks)
    ]
    return pl.concat(results, how="horizontal")
