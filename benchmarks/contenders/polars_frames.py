"""Tables as typed polars frames, for the tools that check frames but read no CSV files.

Beside each column that is not text stands ``<name>_text``, as it was in the file: a cell is not of
its type if it has text and no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import kind_of_type

if TYPE_CHECKING:
    import polars as pl

TEXT = "_text"
URI = r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*$"
TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")


def read_frame(path: Path, schema: dict[str, Any]) -> pl.DataFrame:
    """Read a CSV file and type its columns; what is not of its type becomes null."""
    import polars

    frame = polars.read_csv(path, infer_schema=False)
    columns = []
    for field in schema["fields"]:
        if is_text(field):
            columns.append(polars.col(field["name"]))
        else:
            columns.append(_typed(field))
            columns.append(polars.col(field["name"]).alias(field["name"] + TEXT))
    return frame.select(columns)


def is_text(field: dict[str, Any]) -> bool:
    """Whether a column stays text."""
    return bool(field["type"] == "string")


def is_typed(field: dict[str, Any]) -> pl.Expr | None:
    """Return the expression that is true where a cell is of its type; None if all texts are."""
    import polars

    name = field["name"]
    if not is_text(field):
        return polars.col(name).is_not_null() | polars.col(name + TEXT).is_null()
    return polars.col(name).str.contains(URI) if kind_of_type(field) == "uri" else None


def constraints(field: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (constraint, value), the value as Python has it for the type of the column."""
    from datetime import date

    for name, value in field.get("constraints", {}).items():
        typed = field["type"] == "date" and name in ("minimum", "maximum")
        yield name, date.fromisoformat(value) if typed else value


def _typed(field: dict[str, Any]) -> pl.Expr:
    import polars

    text, kind = polars.col(field["name"]), field["type"]
    if kind == "number":
        return text.cast(polars.Float64, strict=False)
    if kind == "boolean":
        values = dict.fromkeys(TRUE, True) | dict.fromkeys(FALSE, False)
        return text.replace_strict(values, default=None, return_dtype=polars.Boolean)
    if kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=False)
    if kind == "datetime":
        return text.str.strip_suffix("Z").str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
    number = text.cast(polars.Int64, strict=False)
    return polars.when(text.str.contains("^[0-9]{4}$")).then(number) if kind == "year" else number
