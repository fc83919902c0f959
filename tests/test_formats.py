"""The formats of a release, each read with a library that had no part in writing it."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.awkward import FIELDS, VISITS, expected, write_awkward
from tests.conftest import REPOSITORY
from toolkit.checks import validate
from toolkit.findings import Collector, Report
from toolkit.package import load_package
from toolkit.release import build_release
from toolkit.release.formats import FORMATS, Format, Release
from toolkit.release.formats.agreement import disagreements
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
