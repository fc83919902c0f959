"""The formats of a release, each in a module of its own, all with the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.release.formats.database import read_duckdb, write_duckdb
from toolkit.release.formats.parquet import read_parquet, write_parquet
from toolkit.release.formats.release import Release
from toolkit.tables import Table

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Format:
    """A format: ``write`` adds its files to the folder of a release, ``read`` takes them back.

    What is read has the rows of each table in the order of its file, and a column for each field in
    the order of the schema.
    """

    name: str
    title: str
    write: Callable[[Release], None]
    read: Callable[[Release], Iterator[tuple[Table, pl.DataFrame]]]


FORMATS = (
    Format("parquet", "Parquet", write_parquet, read_parquet),
    Format("duckdb", "DuckDB", write_duckdb, read_duckdb),
)

__all__ = ["FORMATS", "Format", "Release"]
