"""The record itself: it passes every rule, in canonical form, and quotes what it should."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from toolkit.checks import validate

TABLES = sorted((REPOSITORY / "data").glob("*.csv"))


def test_the_record_passes_every_rule() -> None:
    report = validate(REPOSITORY)
    assert [(f.file, f.line, f.rule, f.message) for f in report.findings] == []
    assert not [result.rule.code for result in report.results if result.skipped]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_are_in_canonical_form(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    assert text == buffer.getvalue()
    assert all(cell == cell.strip() for row in rows for cell in row)
    schema = json.loads((REPOSITORY / "schemas" / f"{path.stem}.json").read_text(encoding="utf-8"))
    key = [rows[0].index(name) for name in schema["primaryKey"]]
    keys = [[row[index] for index in key] for row in rows[1:]]
    assert keys == sorted(keys)


def test_every_field_is_described_with_an_example() -> None:
    for path in sorted((REPOSITORY / "schemas").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert schema["title"]
        assert schema["description"]
        for field in schema["fields"]:
            where = f"{path.stem}.{field['name']}"
            assert field["title"], where
            assert field["description"].endswith("."), where
            assert "example" in field, where


def test_every_code_list_is_bound_to_a_field_or_read_by_a_rule() -> None:
    bound = {
        field.get("codelist")
        for path in (REPOSITORY / "schemas").glob("*.json")
        for field in json.loads(path.read_text(encoding="utf-8"))["fields"]
    }
    lists = {path.stem for path in (REPOSITORY / "schemas" / "codelists").glob("*.csv")}
    rules = [
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "schemas" / "rules").iterdir()
    ]
    read = {name for name in lists if any(f"codelists.{name}" in rule for rule in rules)}
    assert lists == (bound - {None}) | read
    assert bound - {None} <= lists


def test_version_stands_in_the_changelog_and_the_project() -> None:
    descriptor = json.loads((REPOSITORY / "datapackage.json").read_text(encoding="utf-8"))
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {descriptor['version']}" in changelog
