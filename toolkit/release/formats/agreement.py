"""Whether a format holds the rows and types of the CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import typed_rows
from toolkit.tables import Table

if TYPE_CHECKING:
    import polars as pl

    from toolkit.release.formats import Format


def disagreements(release: Release, form: Format) -> Iterator[str]:
    """Yield a sentence for each table, and for each of its columns, that a format has otherwise."""
    missing = dict.fromkeys(form.covers(release))
    for table, found in form.read(release):
        missing.pop(table.name, None)
        expected = typed_rows(release, table)
        if found.shape != expected.shape:
            yield (
                f"{form.title}: {table.name} has {found.height:,} rows of {found.width} columns, "
                f"the CSV file {expected.height:,} of {expected.width}"
            )
            continue
        for note in _columns(table, found, expected):
            yield f"{form.title}: {table.name}: {note}"
    for name in missing:
        yield f"{form.title}: there is no table {name}"


def _columns(table: Table, found: pl.DataFrame, expected: pl.DataFrame) -> Iterator[str]:
    columns = zip(table.schema.names, found.iter_columns(), expected.iter_columns(), strict=True)
    for name, own, other in columns:
        if own.dtype != other.dtype:
            yield f"{name} is {own.dtype}, in the CSV file {other.dtype}"
        elif not (same := own.eq_missing(other)).all():
            row = int((~same).arg_true()[0])
            yield f"{name} of row {row + 1} is {own[row]!r}, in the CSV file {other[row]!r}"
