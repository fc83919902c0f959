"""A release: whole, checked, the same bytes every time, the same rows in every format."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import polars
import pytest

from tests.conftest import REPOSITORY
from toolkit.checks import validate
from toolkit.release import build_release
from toolkit.release.build import NotReleasable

NAME = "syria-offensive-2024-0.1.0"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own package, copied, so that nothing else of the tree plays a part."""
    root = tmp_path_factory.mktemp("source") / "package with spaces"
    root.mkdir()
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("datapackage.json", "CHANGELOG.md", "LICENSE", "LICENSE-DATA", "README.md"):
        shutil.copyfile(REPOSITORY / name, root / name)
    return root


@pytest.fixture(scope="module")
def release(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    report, folder = build_release(source, tmp_path_factory.mktemp("dist"))
    assert folder is not None
    assert not report.fails()
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def tables() -> list[str]:
    descriptor = json.loads((REPOSITORY / "datapackage.json").read_text(encoding="utf-8"))
    return [resource["name"] for resource in descriptor["resources"]]


def test_two_builds_are_the_same_bytes(source: Path, tmp_path: Path) -> None:
    digests = []
    for index, (zone, seed, locale) in enumerate(
        [("UTC", "0", "C"), ("Asia/Damascus", "4711", "C.UTF-8")]
    ):
        output = tmp_path / f"out {index}"
        environment = {
            **os.environ,
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONUTF8": "0",
        }
        subprocess.run(
            [sys.executable, "-m", "toolkit", "build", str(source), "--output", str(output)],
            env=environment,
            check=True,
            capture_output=True,
        )
        archive = output / f"{NAME}.zip"
        digests.append(hashlib.sha256(archive.read_bytes()).hexdigest())
        assert sorted(path.name for path in output.iterdir()) == [NAME, f"{NAME}.zip"]
    assert digests[0] == digests[1]


def test_checksums_cover_every_file(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    stated = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [path for path in release.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert set(stated) == {path.relative_to(release).as_posix() for path in files}
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert stated[path.relative_to(release).as_posix()] == digest


def test_zip_holds_the_folder(release: Path) -> None:
    with zipfile.ZipFile(release.with_name(f"{release.name}.zip")) as archive:
        assert archive.testzip() is None
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    files = {path for path in release.rglob("*") if path.is_file()}
    assert content == {
        f"{NAME}/{path.relative_to(release).as_posix()}": path.read_bytes() for path in files
    }


def test_release_is_itself_a_valid_package(release: Path) -> None:
    report = validate(release)
    assert [finding.message for finding in report.findings] == []
    assert frictionless.validate(str(release / "datapackage.json")).valid


def test_descriptor_states_bytes_hash_and_rows(release: Path) -> None:
    descriptor = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        content = (release / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["rows"] == len(rows_of(release / resource["path"]))


def test_a_changed_cell_is_found(release: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(release, changed)
    path = changed / "data" / "actors.csv"
    path.write_bytes(path.read_bytes().replace(b"Hezbollah", b"Hesbollah", 1))
    assert {finding.rule for finding in validate(changed).findings} == {"D016"}


def test_schemas_spell_out_their_codes(release: Path) -> None:
    schema = json.loads((release / "schemas" / "events.json").read_text(encoding="utf-8"))
    enums = {field["name"]: field.get("constraints", {}).get("enum") for field in schema["fields"]}
    assert enums["date_precision"] == [1, 2, 3, 4, 5]
    assert "weak" in enums["evidence"]


@pytest.mark.parametrize("table", tables())
def test_every_format_holds_the_rows_of_the_csv(table: str, release: Path) -> None:
    schema = json.loads((release / "schemas" / f"{table}.json").read_text(encoding="utf-8"))
    parse: dict[str, Any] = {
        "integer": int,
        "number": float,
        "boolean": lambda text: text == "true",
    }
    expected = []
    for row in rows_of(release / "data" / f"{table}.csv"):
        cells = []
        for field in schema["fields"]:
            text = row[field["name"]]
            cells.append(parse.get(field["type"], str)(text) if text else None)
        expected.append(cells)

    def plain(values: tuple[Any, ...]) -> list[Any]:
        return [value.isoformat() if hasattr(value, "isoformat") else value for value in values]

    parquet = polars.read_parquet(release / "parquet" / f"{table}.parquet")
    assert [plain(row) for row in parquet.rows()] == expected
    with duckdb.connect(str(release / "syria-offensive-2024.duckdb"), read_only=True) as con:
        found = con.execute(f'SELECT * FROM "{table}"').fetchall()
    assert [plain(row) for row in found] == expected


def test_database_has_keys_comments_and_codes(release: Path) -> None:
    with duckdb.connect(str(release / "syria-offensive-2024.duckdb"), read_only=True) as con:
        keys = con.execute(
            "SELECT table_name, constraint_type, count(*) FROM duckdb_constraints() "
            "WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY') GROUP BY ALL"
        ).fetchall()
        primary = {name for name, kind, _ in keys if kind == "PRIMARY KEY"}
        foreign = {(name, count) for name, kind, count in keys if kind == "FOREIGN KEY"}
        assert primary == set(tables())
        assert ("quotes", 3) in foreign
        assert ("event_actors", 2) in foreign
        comments = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal AND comment IS NULL"
        ).fetchall()
        assert comments == []
        codes = con.execute("SELECT count(*) FROM codelists.evidence").fetchall()
        assert codes == [(5,)]
    # Opened without the newest storage format: old clients and browsers can read it.
    header = (release / "syria-offensive-2024.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_report_in_the_release_names_every_rule(release: Path) -> None:
    report = json.loads((release / "validation.json").read_text(encoding="utf-8"))
    assert report["totals"] == {"error": 0, "warning": 0, "info": 0}
    codes = {rule["rule"]: rule for rule in report["rules"]}
    assert codes["K001"]["looked_at"] == sum(report["rows"].values())
    rows = report["rows"]
    assert codes["X096"]["looked_at"] == rows["events"] + rows["event_actors"]
    # The only queries that looked at nothing are those over tombstones, of which there are none.
    idle = {code for code, rule in codes.items() if code[0] == "X" and not rule["looked_at"]}
    assert idle == {"X007", "X009"}
    assert all(rule["skipped"] is None for rule in codes.values())
    page = (release / "validation.md").read_text(encoding="utf-8")
    assert all(f"| {code} |" in page for code in codes)


def test_errors_build_nothing_and_leave_the_old_release(source: Path, tmp_path: Path) -> None:
    root = tmp_path / "broken"
    shutil.copytree(source, root)
    output = tmp_path / "dist"
    _, folder = build_release(root, output)
    assert folder is not None
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    path = root / "data" / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("weak", "week"), encoding="utf-8")
    report, folder = build_release(root, output)
    assert folder is None
    assert report.fails()
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("version", [None, "../../escape", "1/2"])
def test_a_version_that_is_no_name_is_refused(
    version: str | None, make_package: Any, tmp_path: Path
) -> None:
    root = make_package(t=({"fields": [{"name": "a", "type": "string"}]}, [["a"], ["x"]]))
    path = root / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    if version:
        descriptor["version"] = version
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(NotReleasable):
        build_release(root, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()
