"""A package with every type of Table Schema, and with what formats of a release trip over."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tests.conftest import write_package

LONG = "a field name that is longer than thirty-two characters"
DEEP = "=" + "long text, " * 250
TRICKS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\tTab", "\rReturn", "a\r\nb", "a\nb", 'say "hi", twice'),
    *('=HYPERLINK("http://example.org")', "https://example.org/", "mailto:a@example.org"),
    *("حماة", "😀", "_x000D_", "<b>&amp;</b>", "NULL", "NaN", "007", " spaced "),
    *("C:\\dir", "{=1}", DEEP),
]

# Each field: name, type, further properties, and pairs of a cell and the value that it stands for.
FIELDS: list[tuple[str, str, dict[str, Any], list[tuple[str, Any]]]] = [
    ("id", "integer", {"constraints": {"required": True}}, []),
    (
        "Text",
        "string",
        {"title": "A text", "description": "=1+1 <b>ه</b>"},
        [(text, text) for text in TRICKS],
    ),
    ("text", "string", {}, [("differs only in case", "differs only in case")]),
    ("long", "string", {"missingValues": ["NA"]}, [("", ""), ("NA", None), ("x", "x")]),
    ("1 st-field", "integer", {"codelist": "grade"}, [("1", 1), ("2", 2)]),
    ("اسم", "string", {"codelist": "colour"}, [("red", "red"), ("blue", "blue")]),
    (LONG + " 1", "integer", {}, [("32767", 32767), ("-32768", -32768)]),
    (LONG + " 2", "integer", {}, [("2147483647", 2147483647), ("-2147483648", -2147483648)]),
    ("rowid", "integer", {}, [("9007199254740992", 2**53), ("-9007199254740992", -(2**53))]),
    ("if", "integer", {}, [("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63))]),
    (
        "_n",
        "number",
        {},
        [
            (text, float(text))
            for text in ("0.1", "0.30000000000000004", "-0.5", "1e300", "5e-324", "-1.5e-300")
        ],
    ),
    (
        "special",
        "number",
        {},
        [(text, float(text)) for text in ("NaN", "INF", "-INF", "1.7976931348623157e308", "2.5")],
    ),
    ("flag", "boolean", {}, [("true", True), ("false", False)]),
    (
        "day",
        "date",
        {},
        [
            (text, date.fromisoformat(text))
            for text in (
                *(
                    "2024-12-08",
                    "1899-12-31",
                    "1900-01-01",
                    "1900-02-28",
                    "1900-03-01",
                    "1959-12-31",
                ),
                *("1960-01-01", "0001-01-01", "9999-12-31", "1582-10-10"),
            )
        ],
    ),
    (
        "clock",
        "time",
        {},
        [(text, time.fromisoformat(text)) for text in ("00:00:00", "23:59:59", "12:30:15.123456")],
    ),
    (
        "whole_clock",
        "time",
        {},
        [(text, time.fromisoformat(text)) for text in ("00:00:00", "23:59:59", "12:30:15.25")],
    ),
    (
        "moment",
        "datetime",
        {},
        [
            (text, datetime.fromisoformat(text))
            for text in ("2024-12-08T06:18:00.123456", "1850-01-01T00:00:00", "9999-12-31T23:59:59")
        ],
    ),
    (
        "whole_moment",
        "datetime",
        {},
        [
            (text, datetime.fromisoformat(text))
            for text in ("2024-12-08T06:18:00.25", "1900-01-01T00:00:00", "1959-12-31T23:59:59")
        ],
    ),
    ("annum", "year", {}, [("0001", 1), ("2024", 2024)]),
    ("month", "yearmonth", {}, [("2024-12", "2024-12")]),
    ("lasting", "duration", {}, [("P1DT2H", "P1DT2H")]),
    ("point", "geopoint", {}, [("36.75, 35.13", "36.75, 35.13"), ("-180,90", "-180,90")]),
    ("shape", "geojson", {}, [('{"type": "Point", "coordinates": [1, 2]}',) * 2]),
    ("thing", "object", {}, [('{"a": "=1"}', '{"a": "=1"}')]),
    ("row", "array", {}, [("[1, 2]", "[1, 2]")]),
    ("items", "list", {}, [("a,b", "a,b")]),
    ("what", "any", {}, [("=x", "=x"), ("1", "1")]),
    ("never", "string", {}, []),
]
_CODES = {
    "grade": "code,title,description,rank\n1,Sure,=1,a\n2,Perhaps,,\n",
    "colour": "code,title,description\nred,Red,The colour.\nblue,Blue,\n",
}
SITES = [
    ["site", "Latitude", "LONGITUDE", "within"],
    ["hama", "35.13179", "36.75783", "syria"],
    ["edge", "-90", "180", ""],
    ["syria", "", "", ""],
    ["north", "35", "", "syria"],
]
VISITS = [
    ["number", "site", "again"],
    ["10", "hama", "2"],
    ["2", "syria", "10"],
    ["7", "", ""],
    ["3", "edge", "2"],
]


def expected() -> list[list[Any]]:
    """Return the values of the table ``everything``, row by row."""
    height = max(len(values) for *_, values in FIELDS) + 1
    columns = [
        [values[row][1] if row < len(values) else None for row in range(height)]
        for *_, values in FIELDS
    ]
    columns[0] = list(range(height, 0, -1))
    return [list(row) for row in zip(*columns, strict=True)]


def _everything() -> tuple[dict[str, Any], bytes]:
    height = len(expected())
    columns = [[cell for cell, _ in values] for *_, values in FIELDS]
    for (*_, properties, _), column in zip(FIELDS, columns, strict=True):
        empty = properties.get("missingValues", [""])[0]
        column += [empty] * (height - len(column))
    columns[0] = [str(number) for number in range(height, 0, -1)]
    fields = [{"name": name, "type": type_, **properties} for name, type_, properties, _ in FIELDS]
    rows = [list(row) for row in zip(*columns, strict=True)]
    schema = {"fields": fields, "primaryKey": "id", "title": "Everything", "description": "All."}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([[name for name, *_ in FIELDS], *rows])
    return schema, text.getvalue().encode()


def write_awkward(root: Path) -> Path:
    """Write the package into a folder that exists."""
    folder = root / "schemas" / "codelists"
    folder.mkdir(parents=True)
    for name, text in _CODES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    texts = [{"name": name, "type": "string"} for name in SITES[0]]
    numbers = [{**one, "type": "number"} for one in texts[1:3]]
    sites = {
        "fields": [texts[0], *numbers, texts[3]],
        "primaryKey": "site",
        "foreignKeys": [{"fields": "within", "reference": {"resource": "", "fields": "site"}}],
    }
    visits = {
        "fields": [
            {"name": "number", "type": "integer"},
            {"name": "site", "type": "string"},
            {"name": "again", "type": "integer"},
        ],
        "primaryKey": "number",
        "foreignKeys": [
            {"fields": "again", "reference": {"resource": "", "fields": "number"}},
            {"fields": "site", "reference": {"resource": "sites", "fields": "site"}},
        ],
    }
    write_package(
        root,
        {
            "everything": _everything(),
            "visits": (visits, VISITS),
            "sites": (sites, SITES),
            "nothing": ({"fields": texts}, [SITES[0]]),
        },
        name="awkward",
        version="1.0.0",
        title="=cmd|' /C calc'!A0",
        created="2024-12-31T12:00:00Z",
    )
    return root
