"""Print the layers of files with places, as GDAL sees them through pyogrio."""

import json
import struct
import sys
from typing import Any

import numpy
import pyogrio


def plain(value: Any) -> Any:
    if isinstance(value, numpy.datetime64):
        return None if numpy.isnat(value) else str(value)
    if isinstance(value, numpy.generic):
        value = value.item()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if value != value else value


def point(content: bytes | None) -> Any:
    """Return longitude and latitude of a point in well-known binary."""
    if content is None:
        return None
    order, kind, *place = struct.unpack("<BIdd", content)
    assert (order, kind) == (1, 1)
    return place


found: dict[str, Any] = {}
for path in sys.argv[1:]:
    found[path] = {}
    for layer, kind in pyogrio.list_layers(path):
        about, _, places, columns = pyogrio.raw.read(path, layer=layer, datetime_as_string=True)
        found[path][layer] = {
            "geometry": kind,
            "crs": about["crs"],
            "names": list(about["fields"]),
            "types": [str(one) for one in about["ogr_types"]],
            "rows": [[*map(plain, row)] for row in zip(*columns, strict=True)],
            "places": None if places is None else [*map(point, places)],
        }
json.dump(found, sys.stdout)
