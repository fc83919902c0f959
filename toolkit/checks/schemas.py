"""The checks of a table as Pandera schemas: all at once, and each for itself.

Nearly all rows pass. One check that joins all others tells so in a single pass; only the rows that
fail it are held against each check for itself, to tell which they break.

Pandera's backends are named here instead of being looked up, for looking them up imports the
strategies of its built-in checks, and with these hypothesis and pandas where they are installed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandera.polars as pandera
import polars as pl
from pandera.backends.polars.checks import PolarsCheckBackend
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.errors import SchemaError, SchemaErrors


class Held(NamedTuple):
    """What must be true of a row: the code of its rule, and its field, empty for a row rule.

    It says nothing of a row where it is null, as it is of an empty cell.
    """

    code: str
    name: str
    condition: pl.Expr


class _Check(pandera.Check):
    @classmethod
    def get_backend(cls, check_obj: Any) -> type[PolarsCheckBackend]:
        return PolarsCheckBackend


class _Schema(pandera.DataFrameSchema):
    @classmethod
    def get_backend(cls, check_obj: Any = None, check_type: Any = None) -> DataFrameSchemaBackend:
        return DataFrameSchemaBackend()


def joint_schema(checks: list[Held]) -> pandera.DataFrameSchema:
    """Return a schema with one check, which a row passes if it passes all of ``checks``."""
    # One row that fails is enough to know of.
    return _Schema(checks=[_Check(functools.partial(_results, checks), n_failure_cases=1)])


def failing_rows(schema: pandera.DataFrameSchema, frame: pl.DataFrame) -> list[int]:
    """Return the indices of the rows that fail a joint schema.

    These are all rows where a check cannot be run on them.
    """
    try:
        schema.validate(frame)
    except SchemaError as error:
        return _failing(error) or list(range(frame.height))
    return []


def failures(
    checks: list[Held], frame: pl.DataFrame
) -> Iterator[tuple[str, str, list[int] | None]]:
    """Yield rule code, field and failing row indices of each check that some rows fail.

    The indices are None where a check cannot be run on these rows.
    """
    schema = _Schema(
        checks=[
            _Check(functools.partial(_results, [one]), name=one.code, description=one.name)
            for one in _broken(checks, frame)
        ]
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            yield str(error.check.name), str(error.check.description), _failing(error)


def _broken(checks: list[Held], frame: pl.DataFrame) -> list[Held]:
    """Return the checks that some rows fail; all of them where one cannot be run on these rows.

    Pandera takes some time for each check, whatever comes of it, and a table can have thousands.
    """
    try:
        passed = _results(checks, pandera.PolarsData(frame.lazy(), "*")).collect()
    except pl.exceptions.PolarsError:
        return checks
    return [one for one, column in zip(checks, passed, strict=True) if not column.all()]


def _failing(error: SchemaError) -> list[int] | None:
    if not isinstance(error.check_output, pl.DataFrame):
        return None
    return (~error.check_output.to_series()).arg_true().to_list()


def _results(checks: list[Held], data: pandera.PolarsData) -> pl.LazyFrame:
    """Return what each check says of each row, a column for each check."""
    return data.lazyframe.select(
        one.condition.fill_null(True).alias(f"{number}") for number, one in enumerate(checks)
    )
