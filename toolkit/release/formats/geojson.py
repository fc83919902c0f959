"""The tables of a release that have places, as GeoJSON (RFC 7946).

A row is a feature on a line of its own: its place, or null, and its fields as properties. Days and
times are ISO 8601 text. NaN and INF, which JSON does not have, are text as well; so are integers
beyond 53 bits, which many readers of JSON would round (RFC 8259, section 6). Coordinates are WGS
84, which is all that GeoJSON knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.release.formats.codebook import text_of
from toolkit.release.formats.geometry import Point, located_tables, points
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import column_names, restored_rows, typed_rows
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    import polars as pl


_MOST_INTEGER = 2**53


def write_geojson(release: Release) -> None:
    """Write ``geojson/<table>.geojson`` for each table that has places."""
    for name in located_tables(release):
        table = release.database.tables[name]
        path = _file(release, table)
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = list(column_names(table).values())
        rows = zip(typed_rows(release, table).iter_rows(), points(release, table), strict=True)
        features = (_feature(columns, row, point) for row, point in rows)
        head = {"type": "FeatureCollection", "name": table.name}
        if title := text_of(table.schema.descriptor, "title"):
            head["title"] = title
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f'{_json(head)[:-1]}, "features": [')
            for number, feature in enumerate(features):
                file.write(f"{',' if number else ''}\n{_json(feature)}")
            file.write("\n]}\n")


def read_geojson(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table that has places with the rows that its file holds, in their order."""
    for name in located_tables(release):
        table = release.database.tables[name]
        found = json.loads(_file(release, table).read_text(encoding="utf-8"))
        reads = {
            column: _READERS.get(type_of(table, name), _as_it_is)
            for name, column in column_names(table).items()
        }
        rows = [
            [
                None if (value := feature["properties"][column]) is None else read(value)
                for column, read in reads.items()
            ]
            for feature in found["features"]
        ]
        yield table, restored_rows(table, rows)


def _as_it_is(value: Any) -> Any:
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "BIGINT": int,
    "DOUBLE": float,
    "DATE": date.fromisoformat,
    "TIME": time.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
}


def _file(release: Release, table: Table) -> Path:
    return release.folder / "geojson" / f"{table.name}.geojson"


def _feature(columns: list[str], row: tuple[Any, ...], point: Point | None) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": list(point)} if point else None
    properties = dict(zip(columns, map(_plain, row), strict=True))
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if value != value else f"{'-' if value < 0 else ''}INF"
    if isinstance(value, int) and abs(value) > _MOST_INTEGER:
        return str(value)
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
