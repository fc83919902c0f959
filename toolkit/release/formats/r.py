"""The tables of a release as data frames of R (``readRDS``).

Each column has the type that R has for it: character, integer, double, logical, Date, POSIXct in
UTC; its attribute ``label`` is the field's description. R has no integers beyond 32 bits and no
times of the day: integers that need more are doubles, and as text stand integers beyond the 53 bits
of a double, times, and points in time that a double does not hold to the microsecond. NA and the
empty text are different things, as in the CSV file. Codes are not factors, so that tables can be
joined by them.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.package import Field
from toolkit.release.formats.codebook import text_of
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import column_names, restored_rows, typed_rows
from toolkit.release.formats.xdr import (
    DOUBLE,
    INTEGER,
    LIST,
    LOGICAL,
    STRING,
    Reader,
    Vector,
    serialise,
)
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    import polars as pl

_INTEGER = 2**31 - 1
_DOUBLE = 2**53
_FIRST_DAY = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


def write_r(release: Release) -> None:
    """Write ``r/<table>.rds``, compressed by gzip without a name and a time."""
    for table in release.database.tables.values():
        rows = typed_rows(release, table)
        fields = zip(table.schema.fields, rows.iter_columns(), strict=True)
        columns = [_column(table, field, values.to_list()) for field, values in fields]
        frame = Vector(
            LIST,
            columns,
            {
                "names": _texts(*column_names(table).values()),
                "class": _texts("data.frame"),
                # Row names that only count are written as NA and their negative number.
                "row.names": Vector(INTEGER, [None, -rows.height]),
            },
        )
        path = _file(release, table)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.writelines(serialise(frame))


def read_r(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that its data frame holds, in their order."""
    for table in release.database.tables.values():
        frame = Reader(gzip.decompress(_file(release, table).read_bytes())).value()
        columns = [
            [None if value is None else _value(type_of(table, name), value) for value in one.values]
            for name, one in zip(table.schema.names, frame.values, strict=True)
            if isinstance(one, Vector)
        ]
        yield table, restored_rows(table, list(zip(*columns, strict=True)))


def _file(release: Release, table: Table) -> Path:
    return release.folder / "r" / f"{table.name}.rds"


def _texts(*values: str) -> Vector:
    return Vector(STRING, values)


def _column(table: Table, field: Field, values: list[Any]) -> Vector:
    kind = type_of(table, field.name)
    present = [value for value in values if value is not None]
    attributes: dict[str, Vector] = {}
    type_, texts = STRING, [None if value is None else _text(value) for value in values]
    numbers: list[Any] = texts
    if kind == "BOOLEAN":
        type_, numbers = LOGICAL, [None if value is None else int(value) for value in values]
    elif kind == "DOUBLE":
        type_, numbers = DOUBLE, values
    elif kind == "BIGINT" and all(abs(value) <= _DOUBLE for value in present):
        small = all(abs(value) <= _INTEGER for value in present)
        type_, numbers = INTEGER if small else DOUBLE, values
    elif kind == "DATE":
        type_ = DOUBLE
        numbers = [None if value is None else (value - _FIRST_DAY).days for value in values]
        attributes["class"] = _texts("Date")
    elif kind == "TIMESTAMP" and all(_moment(_seconds(value)) == value for value in present):
        type_, numbers = DOUBLE, [None if value is None else _seconds(value) for value in values]
        attributes |= {"class": _texts("POSIXct", "POSIXt"), "tzone": _texts("UTC")}
    if label := text_of(field.descriptor, "description", "title"):
        attributes["label"] = _texts(label)
    return Vector(type_, numbers, attributes)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _seconds(moment: datetime) -> float:
    return (moment - _EPOCH) / timedelta(seconds=1)


def _moment(seconds: float) -> datetime | None:
    try:
        return _EPOCH + round(seconds * 1_000_000) * _MICROSECOND
    except OverflowError:
        return None


def _value(kind: str, value: Any) -> Any:
    """Return the typed value for what a data frame holds."""
    if kind == "DATE":
        return _FIRST_DAY + timedelta(days=value)
    if kind == "TIMESTAMP" and isinstance(value, float):
        return _moment(value)
    types: dict[str, Any] = {
        "BIGINT": int,
        "DOUBLE": float,
        "BOOLEAN": bool,
        "TIME": time.fromisoformat,
        "TIMESTAMP": datetime.fromisoformat,
    }
    return types.get(kind, str)(value)
