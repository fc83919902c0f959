"""The tables of a release as one OGC GeoPackage (version 1.3, OGC 12-128r17), if any has places.

Tables with places are features, at points in WGS 84 (EPSG:4326); the others are attributes, to be
joined to them. Titles and descriptions of fields stand in ``gpkg_data_columns`` (annex F.9, the
extension gpkg_schema). A GeoPackage has no times of the day, and its points in time go to the
millisecond: a column of times, or with finer ones, is ISO 8601 text. So is, as SQLite takes NaN for
NULL, a column of numbers with a NaN in it.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from toolkit.release.formats.codebook import text_of
from toolkit.release.formats.geometry import Point, located_tables, points
from toolkit.release.formats.release import NotReleasable, Release
from toolkit.release.formats.shape import restored_rows, typed_rows, unique_names
from toolkit.release.formats.sqlite import open_tables, readers, stored
from toolkit.tables import Table, identifier, type_of

if TYPE_CHECKING:
    import polars as pl

# "GPKG" and the version (12-128r17, 1.1.1.1.1).
_APPLICATION, _VERSION = 0x47504B47, 10300
_SYSTEM = 4326
_TYPES = {"BIGINT": "INTEGER", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN", "DATE": "DATE"}
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4326"]]'
)
# Annex C of the standard: the tables that describe the others.
_OWN = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
_SYSTEMS = (
    ("WGS 84", _SYSTEM, "EPSG", _SYSTEM, _WGS84, "longitude and latitude in degrees"),
    ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic", 0, "NONE", 0, "undefined", None),
)
_EXTENSION = "http://www.geopackage.org/spec121/#extension_schema"


def covered_tables(release: Release) -> Iterable[str]:
    """Return the names of all tables, if one of them has places."""
    return release.database.tables if located_tables(release) else ()


def write_geopackage(release: Release) -> None:
    """Write ``<package>.gpkg``, if a table has places; NotReleasable where SQLite refuses one."""
    located = located_tables(release)
    if not located:
        return
    with closing(sqlite3.connect(release.file("gpkg"), isolation_level=None)) as con:
        con.execute("PRAGMA page_size = 4096")
        con.execute("PRAGMA journal_mode = OFF")
        con.execute(f"PRAGMA application_id = {_APPLICATION}")
        con.execute(f"PRAGMA user_version = {_VERSION}")
        con.executescript(f"BEGIN; {_OWN}")
        con.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
        for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            values = (name, None, "gpkg_schema", _EXTENSION, "read-write")
            con.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", values)
        names = _names(release)
        for table in release.database.tables.values():
            try:
                _write_table(con, release, table, names[table.name], table.name in located)
            except sqlite3.Error as error:
                raise NotReleasable(f"GeoPackage cannot hold {table.name}: {error}") from None
        con.execute("COMMIT")


def read_geopackage(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that the file holds, in their order."""
    located = located_tables(release)
    if not located:
        return
    names = _names(release)
    with closing(open_tables(release.file("gpkg"), names.values())) as con:
        for table in release.database.tables.values():
            reads = [_reader(type_of(table, name)) for name in table.schema.names]
            leading = 2 if table.name in located else 1
            rows = [
                [
                    None if cell is None else read(cell)
                    for read, cell in zip(reads, row[leading:], strict=True)
                ]
                for row in con.execute(f"SELECT * FROM {identifier(names[table.name])} ORDER BY 1")
            ]
            yield table, restored_rows(table, rows)


def _reader(kind: str) -> Callable[[Any], Any]:
    """Return what makes the typed value of a cell; points in time are in UTC, as they were."""
    if kind == "TIMESTAMP":
        return lambda text: datetime.fromisoformat(text).replace(tzinfo=None)
    return readers()[kind]


def _names(release: Release) -> dict[str, str]:
    """Return the names of the tables; some beginnings are SQLite's and GeoPackage's own."""

    def valid(name: str) -> str:
        return f"_{name}" if name.lower().startswith(("sqlite_", "gpkg_", "rtree_")) else name

    return unique_names(release.database.tables, valid)


def _write_table(
    con: sqlite3.Connection, release: Release, table: Table, name: str, located: bool
) -> None:
    rows = typed_rows(release, table)
    columns = unique_names(table.schema.names, taken=("fid", "geom"))
    kinds = [_type(table, *pair) for pair in zip(columns, rows.iter_columns(), strict=True)]
    definitions = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    definitions += ["geom POINT"] if located else []
    definitions += [
        f"{identifier(column)} {kind}" for column, kind in zip(columns.values(), kinds, strict=True)
    ]
    con.execute(f"CREATE TABLE {identifier(name)} ({', '.join(definitions)})")
    places = points(release, table) if located else []
    _describe(con, release, table, name, places if located else None)
    con.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, NULL, ?, ?, NULL, NULL)",
        [
            (name, columns[field.name], *(text_of(field.descriptor, key) or None for key in _TEXTS))
            for field in table.schema.fields
        ],
    )
    marks = ", ".join("?" for _ in definitions)
    con.executemany(
        f"INSERT INTO {identifier(name)} VALUES ({marks})",
        (
            [number, *([_blob(places[number - 1])] if located else []), *map(_stored, kinds, row)]
            for number, row in enumerate(rows.iter_rows(), 1)
        ),
    )


_TEXTS = ("title", "description")


def _type(table: Table, name: str, values: pl.Series) -> str:
    kind = type_of(table, name)
    if kind == "TIMESTAMP" and not any(
        value.microsecond % 1000 for value in values if value is not None
    ):
        return "DATETIME"
    if kind == "DOUBLE" and values.is_nan().any():
        return "TEXT"
    return _TYPES.get(kind, "TEXT")


def _stored(kind: str, value: Any) -> Any:
    if kind == "DATETIME" and isinstance(value, datetime):
        return f"{value.isoformat(timespec='milliseconds')}Z"
    value = stored(value)
    return repr(value) if kind == "TEXT" and isinstance(value, float) else value


def _describe(
    con: sqlite3.Connection,
    release: Release,
    table: Table,
    name: str,
    places: list[Point | None] | None,
) -> None:
    """Put a table into the contents: as features with ``places``, else as attributes."""
    known = [point for point in places or () if point]
    box: list[float | None] = [None] * 4
    if known:
        lons, lats = zip(*known, strict=True)
        box = [min(lons), min(lats), max(lons), max(lats)]
    con.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(name, "attributes" if places is None else "features", name),
            text_of(table.schema.descriptor, "description", "title"),
            f"{release.created.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
            *box,
            None if places is None else _SYSTEM,
        ),
    )
    if places is not None:
        values = (name, "geom", "POINT", _SYSTEM, 0, 0)
        con.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", values)


def _blob(point: Point | None) -> bytes | None:
    """Return the standard binary of a point (clause 2.1.3): little-endian, without an envelope."""
    if point is None:
        return None
    return struct.pack("<2sBBiBIdd", b"GP", 0, 1, _SYSTEM, 1, 1, *point)
