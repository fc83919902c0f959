"""The formats of a release, each in a module of its own, all with the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.release.formats.database import read_duckdb, write_duckdb
from toolkit.release.formats.excel import sheet_names, write_excel
from toolkit.release.formats.geojson import read_geojson, write_geojson
from toolkit.release.formats.geometry import located_tables
from toolkit.release.formats.geopackage import (
    covered_tables,
    read_geopackage,
    write_geopackage,
)
from toolkit.release.formats.parquet import read_parquet, write_parquet
from toolkit.release.formats.r import read_r, write_r
from toolkit.release.formats.release import NotReleasable, Release
from toolkit.release.formats.sqlite import read_sqlite, write_sqlite
from toolkit.release.formats.stata import read_stata, write_stata
from toolkit.release.formats.views import Column, read_views
from toolkit.release.formats.workbook import read_excel
from toolkit.tables import Table

if TYPE_CHECKING:
    import polars as pl


def _all_tables(release: Release) -> Iterable[str]:
    return release.database.tables


@dataclass(frozen=True, slots=True)
class Format:
    """A format: ``write`` adds its files to the folder of a release, ``read`` takes them back.

    What is read has the rows of each table in the order of its file, and a column for each field in
    the order of the schema. ``path`` is the file or folder that it writes, the package's name being
    ``{name}``; ``note`` tells users in Markdown what they must know of it; ``modules`` are those of
    the extra ``release`` that it takes; ``covers`` gives the names of the tables that it holds.
    """

    name: str
    title: str
    path: str
    write: Callable[[Release], None]
    read: Callable[[Release], Iterator[tuple[Table, pl.DataFrame]]]
    note: str = ""
    modules: tuple[str, ...] = ()
    covers: Callable[[Release], Iterable[str]] = _all_tables


FORMATS = (
    Format(
        "parquet",
        "Parquet",
        "parquet",
        write_parquet,
        read_parquet,
        "The metadata of each file hold its Table Schema, with all descriptions, as JSON under the "
        "key `tableschema`.",
    ),
    Format(
        "duckdb",
        "DuckDB",
        "{name}.duckdb",
        write_duckdb,
        read_duckdb,
        "Tables and columns have comments; the schema `codelists` holds the code lists. Views "
        "and table macros, if there are any, stand in the codebook.",
    ),
    Format(
        "sqlite",
        "SQLite",
        "{name}.sqlite",
        write_sqlite,
        read_sqlite,
        "Dates and times are ISO 8601 text, booleans 0 and 1. The tables `_tables` and `_fields` "
        "hold the descriptions, `codes_<name>` the code lists. A number that is none is the text "
        "`NaN`.",
    ),
    Format(
        "excel",
        "Excel",
        "{name}.xlsx",
        write_excel,
        read_excel,
        "As text stand integers of more than 15 digits, days before 1 March 1900, times finer than "
        "a millisecond, NaN and INF. A table that does not fit into a sheet is left out; the first "
        "sheet says why.",
        ("xlsxwriter",),
        sheet_names,
    ),
    Format(
        "stata",
        "Stata",
        "stata",
        write_stata,
        read_stata,
        "Version 118, for Stata 14 and later. Names of fields that Stata cannot take are changed, "
        "and stand in the variable's label. As text stand integers beyond 53 bits, numbers beyond "
        "Stata's largest, NaN and INF, and times finer than a millisecond. An empty cell of a text "
        "is the empty text.",
    ),
    Format(
        "r",
        "R",
        "r",
        write_r,
        read_r,
        "Each file is a data frame for `readRDS`; the attribute `label` of a column describes it. "
        "Integers beyond 32 bits are doubles. As text stand those beyond 53 bits, times, and "
        "points in time that a double does not hold to the microsecond.",
    ),
    Format(
        "geojson",
        "GeoJSON",
        "geojson",
        write_geojson,
        read_geojson,
        "Tables with coordinates, and tables that refer to one; a row without a place has the "
        "geometry null. Days and times are ISO 8601 text.",
        covers=located_tables,
    ),
    Format(
        "geopackage",
        "GeoPackage",
        "{name}.gpkg",
        write_geopackage,
        read_geopackage,
        "Tables with coordinates, and tables that refer to one, are layers in EPSG:4326; the "
        "others are tables without geometry, to be joined to them. Written if there is a layer.",
        covers=covered_tables,
    ),
)

__all__ = ["FORMATS", "Column", "Format", "NotReleasable", "Release", "read_views"]
