"""Which tables have places on the globe, and where each of their rows is.

A table has places if its schema has a field of the type geopoint, or a pair of number fields that
are called latitude and longitude, lat and lon, lat and lng, or lat and long, in any case of
letters. They are taken as WGS 84 (EPSG:4326) in decimal degrees, as geopoint is defined. A table
without places of its own has those of the first table to which it refers that has some. A row
without a place, or with one that is not on the globe, has none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from toolkit.package import Field
from toolkit.release.formats.keys import references
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import typed_rows
from toolkit.tables import Table

# A longitude and a latitude.
Point = tuple[float, float]

_PAIRS = (("longitude", "latitude"), ("lon", "lat"), ("lng", "lat"), ("long", "lat"))


def located_tables(release: Release) -> list[str]:
    """Return the names of the tables whose rows have places, in the order of the descriptor."""
    tables = release.database.tables
    return [name for name, table in tables.items() if _own(table) or _of_others(release, table)]


def points(release: Release, table: Table) -> list[Point | None]:
    """Return the place of each row of a table, in the order of its file."""
    if own := _own(table):
        names, place = own
        return [place(*cells) for cells in _columns(release, table, names)]
    found = _of_others(release, table)
    if not found:
        return [None] * table.rows
    target, fields, reference = found
    places = dict(zip(_columns(release, target, reference), points(release, target), strict=True))
    keys = _columns(release, table, fields)
    return [None if None in key else places.get(key) for key in keys]


def _columns(release: Release, table: Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of some fields, row by row."""
    rows = typed_rows(release, table)
    return zip(*(rows.to_series(table.schema.positions[name]) for name in names), strict=True)


def _of_others(
    release: Release, table: Table
) -> tuple[Table, tuple[str, ...], tuple[str, ...]] | None:
    """Return the table whose places a table has, and the fields by which it refers to it."""
    for key, target in references(release.database, table):
        if target is not table and _own(target):
            return target, key.fields, key.reference
    return None


def _own(table: Table) -> tuple[tuple[str, ...], Callable[..., Point | None]] | None:
    """Return the fields of a table that hold places, and what makes a place of their values."""
    numbers = {one.name.lower(): one.name for one in table.schema.fields if one.type == "number"}
    for lon, lat in _PAIRS:
        if lon in numbers and lat in numbers:
            return (numbers[lon], numbers[lat]), _point
    for field in table.schema.fields:
        if field.type == "geopoint":
            return (field.name,), partial(_geopoint, field)
    return None


def _geopoint(field: Field, text: str | None) -> Point | None:
    """Return the place of a geopoint: ``lon, lat``, an array, or an object with lon and lat."""
    if text is None:
        return None
    try:
        if field.format == "default":
            lon, lat = text.split(",")
        else:
            value = json.loads(text)
            lon, lat = (value["lon"], value["lat"]) if isinstance(value, dict) else value
        return _point(float(lon), float(lat))
    except (KeyError, TypeError, ValueError):
        return None


def _point(lon: float | None, lat: float | None) -> Point | None:
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return lon, lat
