"""What the forms of metadata have in common."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from toolkit.release.about import Contributor, Licence

# IANA media types, or what the makers of a format call it; those of the system may be others.
_MEDIA_TYPES = {
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".dta": "application/x-stata-dta",
    ".duckdb": "application/vnd.duckdb.file",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".sql": "application/sql",
    ".sqlite": "application/vnd.sqlite3",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}


def filled(**values: Any) -> dict[str, Any]:
    """Return what has a value; a leading underscore of a name stands for @."""
    return {
        name.replace("_", "@", 1) if name.startswith("_") else name: value
        for name, value in values.items()
        if value not in ("", None, [], (), {})
    }


def as_json(value: dict[str, Any]) -> str:
    """Return indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def media_type(path: str) -> str:
    """Return the media type of a file by the end of its name; empty if it is not known."""
    return _MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), "")


def relative(path: str, safe: str = "/") -> str:
    """Return a path as a relative reference (RFC 3986), which a colon or blank may not break."""
    return quote(path.encode("utf-8", "surrogatepass"), safe=safe)


def agent(one: Contributor) -> dict[str, Any]:
    """Return a contributor in the terms of schema.org."""
    if not one.is_person:
        return filled(_type="Organization", name=one.name, url=one.url)
    return filled(
        _type="Person",
        name=one.name,
        givenName=one.given,
        familyName=one.family,
        affiliation=filled(_type="Organization", name=one.organization) if one.organization else "",
        url=one.url,
    )


def licence_url(licence: Licence) -> str:
    """Return an address that stands for a licence: its own, or that of the SPDX list."""
    return licence.url or (f"https://spdx.org/licenses/{licence.spdx}" if licence.spdx else "")
