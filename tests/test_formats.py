"""The formats of a release, each read with a library that had no part in writing it."""

from __future__ import annotations

import csv
import gzip
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.awkward import FIELDS, LONG, SITES, VISITS, expected, write_awkward
from tests.conftest import REPOSITORY, write_package
from tests.reading import read_with
from tests.releasing import VERSION
from toolkit.checks import validate
from toolkit.findings import Collector, Report
from toolkit.package import load_package
from toolkit.release import build_release
from toolkit.release.formats import FORMATS, Format, NotReleasable, Release, dta, xdr
from toolkit.release.formats.agreement import disagreements
from toolkit.release.formats.xdr import Reader
from toolkit.tables import open_database

OWN = "syria-offensive-2024"
NAMES = [name for name, *_ in FIELDS]


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the generated package."""
    root = write_awkward(tmp_path_factory.mktemp("awkward"))
    report, folder = build_release(root, tmp_path_factory.mktemp("dist"))
    assert [finding.message for finding in report.findings] == []
    assert folder is not None
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of this repository's package."""
    _, folder = build_release(REPOSITORY, tmp_path_factory.mktemp("own"))
    assert folder is not None
    return folder


CREATED = datetime.fromisoformat(
    json.loads((REPOSITORY / "datapackage.json").read_text(encoding="utf-8"))["created"]
)


def own_rows() -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Yield name, fields and values of each table of this repository's package."""
    parse: dict[str, Any] = {
        "integer": int,
        "number": float,
        "boolean": lambda text: text == "true",
        "date": date.fromisoformat,
    }
    for resource in json.loads((REPOSITORY / "datapackage.json").read_text())["resources"]:
        schema = json.loads((REPOSITORY / resource["schema"]).read_text(encoding="utf-8"))
        with (REPOSITORY / resource["path"]).open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        types = [field["type"] for field in schema["fields"]]
        values = [
            [
                parse.get(kind, str)(cell) if cell else None
                for kind, cell in zip(types, row, strict=True)
            ]
            for row in rows
        ]
        yield resource["name"], header, values


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_agrees_with_awkward_csv(form: Format, awkward: Path) -> None:
    package, _ = load_package(awkward)
    with open_database(package, Collector(), locked=False) as database:
        opened = Release(awkward, database, Report(package.name, package.version))
        assert list(disagreements(opened, form)) == []


@pytest.mark.parametrize("name", ["awkward", "own"])
def test_a_release_is_itself_a_valid_package(name: str, request: pytest.FixtureRequest) -> None:
    assert [finding.message for finding in validate(request.getfixturevalue(name)).findings] == []


def as_sqlite(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    return "NaN" if value != value else value


def test_sqlite_holds_the_rows(own: Path, awkward: Path) -> None:
    with closing(sqlite3.connect(own / f"{OWN}.sqlite")) as con:
        for table, fields, rows in own_rows():
            cursor = con.execute(f'SELECT * FROM "{table}"')
            assert [column[0] for column in cursor.description] == fields
            assert [list(row) for row in cursor] == [[*map(as_sqlite, row)] for row in rows]
    with closing(sqlite3.connect(awkward / "awkward.sqlite")) as con:
        cursor = con.execute("SELECT * FROM everything")
        names = [column[0] for column in cursor.description]
        assert names == ["text_" if name == "text" else name for name in NAMES]
        assert [list(row) for row in cursor] == [[*map(as_sqlite, row)] for row in expected()]
        assert con.execute("SELECT * FROM visits").fetchall() == [
            (int(row[0]), row[1] or None, int(row[2]) if row[2] else None) for row in VISITS[1:]
        ]


def test_sqlite_has_keys_codes_and_descriptions(awkward: Path) -> None:
    with closing(sqlite3.connect(awkward / "awkward.sqlite")) as con:
        assert con.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert con.execute("PRAGMA foreign_key_check").fetchall() == []
        con.execute("PRAGMA foreign_keys = ON")
        keys = con.execute("PRAGMA foreign_key_list(visits)").fetchall()
        assert sorted((key[2], key[3], key[4]) for key in keys) == [
            ("sites", "site", "site"),
            ("visits", "again", "number"),
        ]
        indexes = {row[1] for row in con.execute("PRAGMA index_list(visits)")}
        assert indexes >= {"visits key 1", "visits key 2"}
        with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in INT column"):
            con.execute("UPDATE visits SET number = 'x'")
        con.execute("UPDATE visits SET site = 'nowhere'")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
            con.commit()
        con.rollback()
        assert con.execute("SELECT * FROM codes_grade").fetchall() == [
            ("1", "Sure", "=1", "a"),
            ("2", "Perhaps", None, None),
        ]
        assert con.execute("SELECT * FROM _tables").fetchall()[0] == (
            *("everything", "Everything", "All.", len(expected())),
        )
        described = con.execute(
            "SELECT column_name, field, type, constraints, code_table FROM _fields "
            "WHERE table_name = 'everything' AND (code_table = 'codes_grade' OR field = 'text')"
        )
        assert described.fetchall() == [
            ("text_", "text", "string", "", None),
            ("1 st-field", "1 st-field", "integer", "", "codes_grade"),
        ]


def as_excel(value: Any) -> Any:
    """Return what openpyxl shows for a value; it leaves the escape of CR as it stands."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return value.replace("\r", "_x000D_")
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)
    if isinstance(value, float):
        return {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(str(value), value)
    if isinstance(value, date) and not isinstance(value, datetime) and value >= date(1900, 3, 1):
        return f"{value}T00:00:00"
    return value.isoformat()


def read_excel_sheets(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_with("excel", path)
    assert found["links"] == []
    assert set(found["kinds"]) <= {"s", "n", "b", "d"}, "neither formulas nor errors"
    return found


def test_excel_holds_the_rows_of_this_package(own: Path) -> None:
    found = read_excel_sheets(own / f"{OWN}.xlsx")
    names = [name for name, *_ in own_rows()]
    assert list(found["sheets"]) == ["readme", "codebook", *names, "codes"]
    for table, fields, rows in own_rows():
        assert found["sheets"][table] == [fields, *([*map(as_excel, row)] for row in rows)]
        assert found["frozen"][table] == "A2"
        assert found["filters"][table].startswith("A1:")
    readme = found["sheets"]["readme"]
    assert readme[1][:2] == ["version", VERSION]
    (cited,) = [row[1] for row in readme if row[0] == "cite as"]
    web = json.loads((own / "schema-org.jsonld").read_text(encoding="utf-8"))
    assert cited == web["creditText"]
    (events,) = [row for row in readme if row[0] == "events"]
    assert events[1] == f"{len(found['sheets']['events']) - 1:,}"
    assert events[2].startswith("One row per event or state of affairs: something that happened")
    fields = sum(len(fields) for _, fields, _ in own_rows())
    assert len(found["sheets"]["codebook"]) == fields + 1
    assert ["evidence", "weak"] in [row[:2] for row in found["sheets"]["codes"]]


def test_excel_holds_awkward_rows_and_no_formulas(awkward: Path) -> None:
    found = read_excel_sheets(awkward / "awkward.xlsx")
    names = ["text_" if name == "text" else name for name in NAMES]
    rows = [[*map(as_excel, row)] for row in expected()]
    assert found["sheets"]["everything"] == [names, *rows]
    assert found["sheets"]["sites"][2] == ["edge", -90, 180, None]
    assert found["sheets"]["nothing"] == [SITES[0]]
    assert found["created"] == found["modified"] == "2024-12-31T12:00:00"
    assert found["title"] == "=cmd|' /C calc'!A0"
    assert found["sheets"]["readme"][0][1] == "=cmd|' /C calc'!A0"


def build(root: Path, tables: dict[str, Any], output: Path, **extra: Any) -> Path:
    """Return the release of a package that is written for it."""
    root.mkdir()
    write_package(root, tables, version="1.0.0", **extra)
    report, folder = build_release(root, output)
    assert [finding.message for finding in report.findings] == []
    assert folder is not None
    return folder


def texts(*cells: str) -> tuple[dict[str, Any], list[list[str]]]:
    return {"fields": [{"name": "a", "type": "string"}]}, [["a"], *([cell] for cell in cells)]


def test_excel_leaves_out_what_does_not_fit_and_says_so(tmp_path: Path) -> None:
    fits, rich = "x" * 32_767, "<r><t>&evil;</t></r>"
    tables = {
        "long": texts("first", "short", "😀" * 16_384),
        "fits": texts(fits, rich),
        "a-name-that-is-longer-than-a-sheet-takes-1": texts("one"),
        "a-name-that-is-longer-than-a-sheet-takes-2": texts("two"),
        "readme": texts("mine"),
    }
    folder = build(tmp_path / "package", tables, tmp_path / "dist")
    found = read_excel_sheets(folder / "generated.xlsx")["sheets"]
    assert list(found) == [
        *("readme", "codebook", "fits", "a-name-that-is-longer-than-a-sh"),
        *("a-name-that-is-longer-than-a-s_", "readme_", "codes"),
    ]
    assert found["fits"] == [["a"], [fits], [rich]]
    assert found["a-name-that-is-longer-than-a-s_"] == [["a"], ["two"]]
    reason = "its row 3 has 32,768 characters in a, a cell takes 32,767"
    assert ["no sheet", "3", f"long: {reason}; see long.csv"] in found["readme"]
    package, _ = load_package(folder)
    with open_database(package, Collector(), locked=False) as database:
        opened = Release(folder, database, Report(package.name, package.version))
        assert [note for form in FORMATS for note in disagreements(opened, form)] == []


def as_stata(value: Any) -> Any:
    """Return how a value is stored where its variable is not text; empty texts are missing."""
    if isinstance(value, datetime):
        return (value - datetime(1960, 1, 1)) / timedelta(milliseconds=1)
    if isinstance(value, time):
        return as_stata(datetime.combine(date(1960, 1, 1), value))
    if isinstance(value, date):
        return (value - date(1960, 1, 1)).days
    return value


def test_stata_holds_the_rows_of_this_package(own: Path) -> None:
    files = {table: str(own / "stata" / f"{table}.dta") for table, *_ in own_rows()}
    found = read_with("stata", *files.values())
    for table, fields, rows in own_rows():
        one = found[files[table]]
        assert one["names"] == fields
        schema = json.loads((REPOSITORY / "schemas" / f"{table}.json").read_text(encoding="utf-8"))
        text = [field["type"] == "string" for field in schema["fields"]]
        assert one["rows"] == [
            [
                "" if cell is None and is_text else as_stata(cell)
                for is_text, cell in zip(text, row, strict=True)
            ]
            for row in rows
        ]
        assert one["version"] == 118
        assert one["time"] == f"{CREATED:%d %b %Y} 00:00"
        assert one["title"] == schema["title"]
        assert one["labels"] == {field["name"]: field["title"] for field in schema["fields"]}
    events = found[files["events"]]
    assert next(iter(events["codes"].values())) == {
        "1": "Exact day",
        "2": "Two to six days",
        "3": "A week",
        "4": "A month",
        "5": "A year",
    }
    formats = dict(zip(events["names"], events["formats"], strict=True))
    assert formats["start_date"] == "%td"


def test_stata_holds_awkward_rows(awkward: Path) -> None:
    path = str(awkward / "stata" / "everything.dta")
    (found,) = read_with("stata", path).values()
    assert found["names"] == [
        *("id", "Text", "text_", "long_", "_1_st_field", "اسم"),
        *("a_field_name_that_is_longer_than", "a_field_name_that_is_longer_tha_"),
        *("rowid", "if_", "_n_", "special", "flag", "day", "clock", "whole_clock", "moment"),
        *("whole_moment", "annum", "month", "lasting", "point", "shape", "thing", "row", "items"),
        *("what", "never"),
    ]
    # As text: integers beyond 53 bits, numbers without a value, times finer than a millisecond.
    text = {"if", "special", "clock", "moment"}
    text |= {name for name, kind, *_ in FIELDS if isinstance(expected()[0][NAMES.index(name)], str)}
    for position, name in enumerate(NAMES):
        values = [row[position] for row in expected()]
        if name == "long":
            # An empty text is a value there, so that a missing one stands as in the CSV file.
            shown: list[Any] = ["NA" if value is None else value for value in values]
        elif name in text | {"never"}:
            shown = ["" if value is None else as_text(value) for value in values]
        else:
            shown = [as_stata(value) for value in values]
        assert [row[position] for row in found["rows"]] == shown, name
    assert found["labels"]["long_"] == "long"
    assert found["labels"]["Text"] == "A text"
    assert found["labels"]["a_field_name_that_is_longer_tha_"] == LONG + " 2"
    assert sorted(map(sorted, (one.items() for one in found["codes"].values()))) == [
        [("0", "false"), ("1", "true")],
        [("1", "Sure"), ("2", "Perhaps")],
    ]
    formats = dict(zip(found["names"], found["formats"], strict=True))
    assert formats["whole_moment"] == "%tc"
    assert formats["whole_clock"] == "%tcHH:MM:SS"


def as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def as_r(value: Any) -> Any:
    """Return how a value is stored where its column is not text; a missing double is a NaN."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1)) / timedelta(seconds=1)
    if isinstance(value, date):
        return (value - date(1970, 1, 1)).days
    return value


def plain(value: Any) -> Any:
    """Return a value that equals itself."""
    return None if value != value else value


def test_r_holds_the_rows_of_this_package(own: Path) -> None:
    files = {table: str(own / "r" / f"{table}.rds") for table, *_ in own_rows()}
    found = read_with("r", *files.values())
    for table, fields, rows in own_rows():
        one = found[files[table]]
        assert one["names"] == fields
        columns = [[plain(value) for value in values] for values in one["columns"]]
        assert columns == [[as_r(row[index]) for row in rows] for index in range(len(fields))]
    kinds = dict(zip(found[files["events"]]["names"], found[files["events"]]["types"], strict=True))
    kinds |= dict(
        zip(found[files["locations"]]["names"], found[files["locations"]]["types"], strict=True)
    )
    assert {kinds[name] for name in ("start_date", "end_date")} == {"DATE"}
    assert (kinds["planned"], kinds["killed_low"], kinds["lat"], kinds["note"]) == (
        *("LOGICAL", "INTEGER", "NUMERIC", "CHARACTER"),
    )


def test_r_holds_awkward_rows(awkward: Path) -> None:
    path = str(awkward / "r" / "everything.rds")
    (found,) = read_with("r", path).values()
    assert found["names"] == ["text_" if name == "text" else name for name in NAMES]
    types = dict(zip(NAMES, found["types"], strict=True))
    assert types[LONG + " 1"] == "INTEGER"
    assert types[LONG + " 2"] == types["rowid"] == types["special"] == "NUMERIC"
    assert types["moment"] == types["whole_moment"] == "TIMESTAMP"
    # As text: integers beyond 53 bits and times.
    text = {"if", "clock", "whole_clock"}
    for position, name in enumerate(NAMES):
        values = [row[position] for row in expected()]
        shown = [
            None if value is None else as_text(value) if name in text else plain(as_r(value))
            for value in values
        ]
        assert [*map(plain, found["columns"][position])] == shown, name


def test_r_labels_columns_and_writes_no_time(awkward: Path) -> None:
    content = (awkward / "r" / "everything.rds").read_bytes()
    # RFC 1952: no flags, so no name of a file; the time is 0.
    assert content[3:8] == bytes(5)
    frame = Reader(gzip.decompress(content)).value()
    assert list(frame.attributes) == ["names", "class", "row.names"]
    assert frame.attributes["row.names"].values == [None, -len(expected())]
    columns = dict(zip(NAMES, frame.values, strict=True))
    labels = {name: one.attributes.get("label") for name, one in columns.items()}  # type: ignore[attr-defined]
    assert {name: one.values for name, one in labels.items() if one} == {"Text": ["=1+1 <b>ه</b>"]}


@pytest.mark.parametrize(
    ("read", "error"),
    [
        (lambda content: Reader(content).value(), xdr.Malformed),
        (dta.read_columns, dta.Malformed),
    ],
)
def test_a_cut_or_foreign_file_is_malformed(
    read: Callable[[bytes], Any], error: type[Exception], awkward: Path
) -> None:
    whole = {
        xdr.Malformed: gzip.decompress((awkward / "r" / "visits.rds").read_bytes()),
        dta.Malformed: (awkward / "stata" / "visits.dta").read_bytes(),
    }[error]
    read(whole)
    for content in (b"", b"x" * 100, *(whole[:size] for size in range(20, len(whole) - 20, 97))):
        with pytest.raises(error):
            read(content)


def as_gdal(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value


def own_places() -> dict[str, list[Any]]:
    """Return the places of the tables of this repository that have some, row by row."""
    rows = {
        table: [dict(zip(fields, row, strict=True)) for row in values]
        for table, fields, values in own_rows()
    }
    of_place = {
        row["location_id"]: None if row["lon"] is None else [row["lon"], row["lat"]]
        for row in rows["locations"]
    }
    located = ("locations", "location_aliases", "events")
    return {table: [of_place.get(row["location_id"]) for row in rows[table]] for table in located}


def test_gdal_sees_every_table_in_the_geopackage(own: Path) -> None:
    path = str(own / f"{OWN}.gpkg")
    (layers,) = read_with("geo", path).values()
    places = own_places()
    assert set(layers) == {table for table, *_ in own_rows()}
    for table, fields, rows in own_rows():
        assert layers[table]["names"] == fields
        assert layers[table]["rows"] == [[*map(as_gdal, row)] for row in rows]
        assert layers[table]["places"] == places.get(table)
        assert layers[table]["crs"] == ("EPSG:4326" if table in places else None)
        assert layers[table]["geometry"] == ("Point" if table in places else None)
    kinds = dict(zip(layers["events"]["names"], layers["events"]["types"], strict=True))
    assert (kinds["start_date"], kinds["killed_low"]) == ("OFTDate", "OFTInteger64")


def test_gdal_sees_the_places_in_geojson(own: Path) -> None:
    places = own_places()
    files = {table: str(own / "geojson" / f"{table}.geojson") for table in places}
    assert {path.stem for path in (own / "geojson").iterdir()} == set(files)
    found = read_with("geo", *files.values())
    for table, fields, rows in own_rows():
        if table in places:
            layer = found[files[table]][table]
            assert layer["names"] == fields
            assert layer["rows"] == [[*map(as_gdal, row)] for row in rows]
            assert layer["places"] == places[table]
            assert layer["crs"] == "EPSG:4326"


HAMA, EDGE = [36.75783, 35.13179], [180, -90]
PLACES = {
    "everything": [[36.75, 35.13], [-180, 90], *[None] * (len(expected()) - 2)],
    "sites": [HAMA, EDGE, None, None],
    "visits": [HAMA, None, None, EDGE],
}


def test_gdal_sees_awkward_rows(awkward: Path) -> None:
    path = str(awkward / "awkward.gpkg")
    (layers,) = read_with("geo", path).values()
    assert {name: layer["places"] for name, layer in layers.items()} == {**PLACES, "nothing": None}
    found = layers["everything"]
    assert found["names"] == ["text_" if name == "text" else name for name in NAMES]
    special = NAMES.index("special")
    for position, name in enumerate(NAMES):
        values = [row[position] for row in expected()]
        if position == special:
            shown: list[Any] = ["NaN", "inf", "-inf", "1.7976931348623157e+308", "2.5"]
            shown += [None] * (len(values) - len(shown))
        elif name == "whole_moment":
            shown = ["2024-12-08T06:18:00.250Z", "1900-01-01T00:00:00Z", "1959-12-31T23:59:59Z"]
            shown += [None] * (len(values) - len(shown))
        else:
            shown = [
                value if not isinstance(value, date | time) else value.isoformat()
                for value in values
            ]
        got = [row[position] for row in found["rows"]]
        # GDAL gives integers with a null among them as doubles.
        assert got == ([*map(float_of, shown)] if name == "if" else shown), name


def float_of(value: Any) -> Any:
    return None if value is None else float(value)


def test_geojson_is_plain_json_with_a_feature_for_each_row(awkward: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for table, places in PLACES.items():
        text = (awkward / "geojson" / f"{table}.geojson").read_text(encoding="utf-8")
        found = json.loads(text, parse_constant=refuse)
        assert found["type"] == "FeatureCollection"
        assert [
            one["geometry"] and one["geometry"]["coordinates"] for one in found["features"]
        ] == places
    text = (awkward / "geojson" / "everything.geojson").read_text(encoding="utf-8")
    first = json.loads(text)["features"][0]["properties"]
    assert first["Text"] == "=1+1"
    assert first["if"] == "9223372036854775807"
    assert first["special"] == "NaN"
    assert first["moment"] == "2024-12-08T06:18:00.123456"


@pytest.mark.parametrize(
    ("fields", "row", "place"),
    [
        ([("lat", "number"), ("lng", "number")], ["1.5", "2"], [2, 1.5]),
        ([("LAT", "number"), ("Long", "number")], ["1.5", "2"], [2, 1.5]),
        ([("lat", "number"), ("lon", "number")], ["91", "2"], None),
        ([("lat", "number"), ("lon", "number")], ["NaN", "2"], None),
        ([("lat", "string"), ("lon", "string")], ["1.5", "2"], "no layer"),
        ([("lat", "number"), ("x", "number")], ["1.5", "2"], "no layer"),
        ([("at", "geopoint:array"), ("x", "string")], ["[2, 1.5]", "x"], [2, 1.5]),
        ([("at", "geopoint:object"), ("x", "string")], ['{"lon": 2, "lat": 1.5}', "x"], [2, 1.5]),
    ],
)
def test_which_fields_are_places(
    fields: list[tuple[str, str]], row: list[str], place: Any, tmp_path: Path
) -> None:
    described = [
        {"name": name, "type": kind.split(":")[0], "format": kind.partition(":")[2] or "default"}
        for name, kind in fields
    ]
    tables = {"t": ({"fields": described}, [[name for name, _ in fields], row])}
    folder = build(tmp_path / "package", tables, tmp_path / "dist")
    if place == "no layer":
        assert not (folder / "generated.gpkg").exists()
        assert not (folder / "geojson").exists()
    else:
        text = (folder / "geojson" / "t.geojson").read_text(encoding="utf-8")
        (feature,) = json.loads(text)["features"]
        assert (feature["geometry"] and feature["geometry"]["coordinates"]) == place


NAMED = "-- title: Names\n-- row: A name.\n-- caveats: Not all\n--   have colours.\n"
GOOD = NAMED + "select a, c.title from t left join codelists.colour c on c.code = a;\n"


def with_view(root: Path, sql: str, name: str = "names") -> Path:
    (root / "schemas" / "views").mkdir(parents=True)
    (root / "schemas" / "codelists").mkdir(parents=True)
    (root / "schemas" / "views" / f"{name}.sql").write_text(sql, encoding="utf-8")
    colours = "code,title,description\nred,Red,\n"
    (root / "schemas" / "codelists" / "colour.csv").write_text(colours, encoding="utf-8")
    write_package(root, {"t": texts("red", "blue")}, version="1.0.0")
    return root


def test_a_database_has_the_views_of_the_package(tmp_path: Path) -> None:
    root = with_view(tmp_path / "package", GOOD)
    contents = []
    for output in ("one", "two"):
        _, folder = build_release(root, tmp_path / output)
        assert folder is not None
        assert not list(folder.glob("*.wal"))
        contents.append((folder / "generated.duckdb").read_bytes())
        with duckdb.connect(str(folder / "generated.duckdb"), read_only=True) as con:
            rows = con.execute("SELECT * FROM names ORDER BY a").fetchall()
            assert rows == [("blue", None), ("red", "Red")]
            comments = con.execute(
                "SELECT comment FROM duckdb_views() WHERE view_name = 'names'"
            ).fetchall()
            assert comments == [("Names\nA name.\nNot all have colours.",)]
    assert contents[0] == contents[1]
    # Still the storage that old clients read.
    assert int.from_bytes(contents[0][12:20], "little") == 64


def test_a_view_that_fails_on_the_data_is_refused(tmp_path: Path) -> None:
    root = with_view(tmp_path / "package", NAMED + "select a::int as number from t")
    message = "schemas/views/names.sql: Could not convert string 'red' to INT32"
    with pytest.raises(NotReleasable, match=re.escape(message)):
        build_release(root, tmp_path / "dist")
    assert list((tmp_path / "dist").iterdir()) == []


def test_views_outside_of_the_package_are_refused(tmp_path: Path) -> None:
    with_view(tmp_path / "other", GOOD)
    root = with_view(tmp_path / "package", GOOD)
    (root / "schemas" / "views" / "names.sql").unlink()
    (root / "schemas" / "views").rmdir()
    (root / "schemas" / "views").symlink_to(tmp_path / "other" / "schemas" / "views")
    report, folder = build_release(root, tmp_path / "dist")
    assert folder is None
    (finding,) = report.findings
    assert (finding.rule, finding.file) == ("D008", "schemas/views")
    assert finding.message == "the view is a link that leaves the folder of the package"


def test_names_of_tables_that_formats_keep_for_themselves(tmp_path: Path) -> None:
    names = ["sqlite_master", "gpkg_contents", "Same", "_tables", "codes_colour", "sub/one"]
    numbers = {
        "fields": [{"name": name, "type": "number"} for name in ("fid", "lat", "lon", "geom")]
    }
    row = ["7", "1", "2", "3"]
    resources = [
        {
            "name": name,
            "path": f"t{index}.csv",
            "format": "csv",
            "schema": numbers,
        }
        for index, name in enumerate(names)
    ]
    root = with_view(tmp_path / "package", GOOD)
    described = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    described["resources"] += resources
    (root / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    for index in range(len(names)):
        (root / f"t{index}.csv").write_text(f"fid,lat,lon,geom\n{','.join(row)}\n")
    report, folder = build_release(root, tmp_path / "dist")
    assert [finding.message for finding in report.findings] == []
    assert folder is not None
    package, _ = load_package(folder)
    with open_database(package, Collector(), locked=False) as database:
        opened = Release(folder, database, Report(package.name, package.version))
        assert [note for form in FORMATS for note in disagreements(opened, form)] == []
    with closing(sqlite3.connect(folder / "generated.sqlite")) as con:
        found = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE sql <> ''")]
    assert found == [
        *("t", "_sqlite_master", "gpkg_contents", "Same", "_tables_", "codes_colour"),
        *("sub/one", "codes_colour_", "_tables", "_fields"),
    ]
    path = str(folder / "generated.gpkg")
    (layers,) = read_with("geo", path).values()
    assert layers["_gpkg_contents"]["names"] == ["fid_", "lat", "lon", "geom_"]
    assert layers["_gpkg_contents"]["places"] == [[2, 1]]
    assert (folder / "stata" / "Same.dta").exists()
    assert (folder / "r" / "sub" / "one.rds").exists()
