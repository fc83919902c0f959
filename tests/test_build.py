"""A release: whole, checked, the same bytes every time, the same rows in every format."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import re
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
from click.testing import CliRunner

from tests.conftest import REPOSITORY, write_package
from tests.releasing import VERSION
from toolkit.checks import validate
from toolkit.cli import cli
from toolkit.cli.progress import Progress
from toolkit.findings import Collector, Report
from toolkit.package import load_package
from toolkit.release import build_release
from toolkit.release.build import NotReleasable
from toolkit.release.formats import FORMATS, Format, Release
from toolkit.release.formats.agreement import disagreements
from toolkit.tables import open_database

NAME = f"syria-offensive-2024-{VERSION}"


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


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with text enough to fill many blocks of a database."""
    words = ["حماة", "said", "the", "town", "“quoted”", "1,000", "line\nbreak"]
    rows = [
        [
            number,
            *(" ".join(words[number * step % 7 :] * (number * step % 11 + 3)) for step in (3, 5)),
        ]
        for number in range(25_000)
    ]
    kinds = {"id": "integer", "first": "string", "second": "string"}
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    root = tmp_path_factory.mktemp("wide")
    tables = {"t": ({"fields": fields, "primaryKey": "id"}, [list(kinds), *rows])}
    write_package(root, tables, version="1.0.0")
    return root


@pytest.mark.parametrize("package", ["source", "wide"])
def test_two_builds_are_the_same_bytes(
    package: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    root = request.getfixturevalue(package)
    sums = []
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
            [sys.executable, "-m", "toolkit", "build", str(root), "--output", str(output)],
            env=environment,
            check=True,
            capture_output=True,
        )
        (archive,) = output.glob("*.zip")
        folder = archive.with_suffix("")
        assert sorted(output.iterdir()) == [folder, archive]
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        sums.append([*(folder / "SHA256SUMS").read_text("utf-8").splitlines(), digest])
    assert sums[0] == sums[1]


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


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_agrees_with_the_csv(form: Format, release: Path) -> None:
    package, _ = load_package(release)
    with open_database(package, Collector(), locked=False) as database:
        opened = Release(release, database, Report(package.name, package.version))
        assert list(disagreements(opened, form)) == []
        table = database.tables["events"]
        column = table.column("evidence")
        database.con.execute(f"UPDATE {table.relation} SET {column} = 'x' WHERE rowid = 2")
        assert [note.split(": ")[1] for note in disagreements(opened, form)] == ["events"]


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


FIELDS = [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]
SCHEMA = {"fields": FIELDS, "primaryKey": "id"}


def test_a_build_tells_its_steps(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    monkeypatch.setattr(Progress, "__call__", lambda _, step: steps.append(step))
    result = CliRunner().invoke(cli, ["build", str(mixed), "--output", str(mixed.parent / "dist")])
    assert result.exit_code == 0
    assert steps[0].startswith("reading ")
    told = {"copying the files", *(f"writing {form.title}" for form in FORMATS)}
    assert {*told, "writing the documents"} < set(steps)
    assert steps[-1] == "packing the release"


def describe(root: Path, *resources: dict[str, Any], **extra: Any) -> None:
    """Write a descriptor, in YAML, which a release turns into JSON."""
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "example",
        "version": "1.0.0",
        "resources": list(resources),
        **extra,
    }
    (root / "datapackage.yaml").write_text(json.dumps(descriptor, indent=1), encoding="utf-8")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A package whose tables are stored in every way that the standard has."""
    root = tmp_path / "mixed"
    for folder in ("data", "schemas", "more"):
        (root / folder).mkdir(parents=True)
    (root / "data/one.csv").write_text("id,name\n1,a\n2,b\n", encoding="utf-8")
    (root / "data/two.csv").write_text("id,name\n3,c\n", encoding="utf-8")
    (root / "data/three.csv").write_text("4,d", encoding="utf-8")
    (root / "data/packed.csv.gz").write_bytes(gzip.compress(b"id,name\n1,a\n"))
    (root / "data/old.txt").write_bytes("id;name\n1;'é;è'\n2;-\n".encode("latin-1"))
    (root / "data/book.xlsx").write_bytes(b"PK")
    (root / "schemas/both.yaml").write_text(
        "fields:\n- {name: id, type: integer}\n- {name: name, type: string}\n", encoding="utf-8"
    )
    (root / "schemas/old.json").write_text(
        json.dumps({"delimiter": ";", "quoteChar": "'", "nullSequence": "-"}), encoding="utf-8"
    )
    (root / "more/profile.json").write_text('{"type": "object"}', encoding="utf-8")
    (root / "logo.png").write_bytes(b"\x89PNG")
    both = "schemas/both.yaml"
    parts = ["data/one.csv", "data/two.csv", "data/three.csv"]
    objects = [{"id": 1, "name": "a, b"}, {"name": None, "id": 2}]
    old = {"encoding": "latin-1", "dialect": "schemas/old.json", "schema": SCHEMA}
    unnamed = {"dialect": {"header": False, "delimiter": ";"}, "format": "json", "schema": SCHEMA}
    text = {"data": "1|a\n2|b\n", "format": "tsv"}
    describe(
        root,
        {"name": "parts", "path": parts, "schema": both},
        {"name": "packed", "path": "data/packed.csv.gz", "schema": both, "profile": PROFILE},
        {"name": "old", "path": "data/old.txt", "format": "csv", **old},
        {"name": "objects", "data": objects, "schema": SCHEMA},
        {"name": "one", "data": [[1, "a"], [2, "b"], [3, None]], **unnamed},
        {"name": "sub/text", **text, "dialect": {"delimiter": "|", "header": False}},
        {"name": "book", "path": "data/book.xlsx"},
        image="logo.png",
    )
    return root


PROFILE = "more/profile.json"


def test_a_release_of_tables_stored_in_every_way_is_whole(mixed: Path, tmp_path: Path) -> None:
    report, folder = build_release(mixed, tmp_path / "dist")
    assert {finding.rule for finding in report.findings} == {"D015"}
    assert folder is not None
    again = validate(folder)
    assert [(one.rule, one.table) for one in again.findings] == [("D015", "book")]
    counts = {"parts": 4, "packed": 1, "old": 2, "objects": 2, "one": 3, "sub/text": 2}
    assert again.rows == report.rows == counts
    for path in ("data/three.csv", "data/packed.csv.gz", "data/book.xlsx", PROFILE, "logo.png"):
        assert (folder / path).read_bytes() == (mixed / path).read_bytes()
    for name, count in counts.items():
        assert len(polars.read_parquet(folder / "parquet" / f"{name}.parquet")) == count


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_release_writes_inline_data_to_files(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, folder = build_release(mixed, tmp_path / "dist")
    assert folder is not None
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    entries = {entry["name"]: entry for entry in descriptor["resources"]}
    assert not any("data" in entry for entry in entries.values())
    # There is a data/one.csv already.
    assert entries["one"]["path"] == "data/one-inline.csv"
    assert entries["one"]["dialect"] == {"header": False}
    assert entries["sub/text"]["dialect"] == {"delimiter": "|", "header": False}
    assert (folder / "data/objects.csv").read_bytes() == b'id,name\n1,"a, b"\n2,\n'
    assert (folder / "data/one-inline.csv").read_bytes() == b"1,a\n2,b\n3,\n"
    # What several files amount to is read in different ways, and so is not stated.
    assert "hash" not in entries["parts"]
    descriptor["resources"] = [
        entry for entry in descriptor["resources"] if entry["name"] != "book"
    ]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    # frictionless looks for profiles where it runs.
    monkeypatch.chdir(folder)
    report = frictionless.validate("datapackage.json")
    # The one difference is documented: it drops the first line of each later file.
    (counted,) = report.flatten(["type", "note"])
    assert counted == ["row-count", 'expected is "4" and actual is "3"']


@pytest.mark.parametrize("name", ["../../escape", "a/../../b", "/a", ".a", "a\\b", "a/"])
def test_a_resource_name_that_is_no_path_is_refused(name: str, tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    describe(root, {"name": name, "data": [["a"], ["x"]]})
    with pytest.raises(NotReleasable):
        build_release(root, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    "path",
    [
        *("validation.json", "example.duckdb", "example.sqlite", "example.xlsx", "example.gpkg"),
        *("README.md", "codebook.html", "parquet/t.csv", "stata/t.csv", "r/t.csv", "geojson/t.csv"),
    ],
)
def test_files_in_the_place_of_its_own_are_refused(path: str, tmp_path: Path) -> None:
    root = tmp_path / "package"
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text("a\nx\n", encoding="utf-8")
    describe(root, {"name": "t", "path": path, "format": "csv"})
    with pytest.raises(NotReleasable, match=path):
        build_release(root, tmp_path / "dist")


def test_what_changed_is_told_alike_wherever_the_former_release_lies(
    source: Path, release: Path, tmp_path: Path
) -> None:
    root = tmp_path / "package"
    shutil.copytree(source, root)
    path = root / "data" / "actors.csv"
    path.write_bytes(path.read_bytes().replace(b"Hezbollah", b"Hizballah", 1))
    told = []
    for number, previous in enumerate((release, release.with_name(f"{release.name}.zip"), source)):
        output = tmp_path / f"dist{number}"
        command = ["build", str(root), "--output", str(output), "--previous", str(previous)]
        assert CliRunner().invoke(cli, command).exit_code == 0
        names = ("changes.md", "changes.html", "changes.json")
        told.append([(output / NAME / name).read_text(encoding="utf-8") for name in names])
    assert told[0] == told[1] == told[2]
    assert "Hizballah" in told[0][0]
    assert str(tmp_path) not in "".join(told[0])
    command = ["build", str(root), "--output", str(tmp_path / "none"), "--previous", "no such"]
    assert CliRunner().invoke(cli, command, standalone_mode=False).exception is not None
    assert not (tmp_path / "none").exists()


def test_links_that_lead_out_are_not_copied(tmp_path: Path) -> None:
    root = tmp_path / "package"
    (root / "schemas" / "rules").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    secret = tmp_path / "outside" / "secret.txt"
    secret.write_text("private", encoding="utf-8")
    (root / "README.md").symlink_to(secret)
    (root / "schemas" / "rules" / "notes.txt").symlink_to(secret)
    (root / "docs").symlink_to(secret.parent)
    (secret.parent / "coding-manual.md").write_text("private", encoding="utf-8")
    describe(root, {"name": "t", "data": [["a"], ["x"]]})
    _, folder = build_release(root, tmp_path / "dist")
    assert folder is not None
    assert not any(b"private" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_database_takes_whatever_a_schema_allows(tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    to = {"fields": "other", "reference": {"resource": "b", "fields": "id"}}
    back = {"fields": "other", "reference": {"resource": "a", "fields": "id"}}
    key = {"primaryKey": "id", "fieldsMatch": "superset"}
    fields = [
        {"name": "id", "type": "integer"},
        {"name": "ID", "type": "string", "constraints": {"unique": True}},
        {"name": "_key", "type": "string"},
        {"name": "other", "type": "integer"},
        {"name": "absent", "type": "string", "constraints": {"required": True}},
    ]
    rows = [["id", "ID", "_key", "other"], [1, "x", "k", 2], [2, "y", "l", 1]]
    keys = {"uniqueKeys": [["ID"], ["id"]]}
    describe(
        root,
        {
            "name": "a",
            "data": rows,
            "schema": {"fields": fields, **key, **keys, "foreignKeys": [to]},
        },
        {"name": "b", "data": rows, "schema": {"fields": fields, **key, "foreignKeys": [back]}},
    )
    report, folder = build_release(root, tmp_path / "dist")
    assert report.findings == ()
    assert folder is not None
    with duckdb.connect(str(folder / "example.duckdb"), read_only=True) as con:
        for table in ("a", "b"):
            cursor = con.execute(f"SELECT * FROM {table}")
            assert [column[0] for column in cursor.description or []] == [
                *("id", "ID_", "_key", "other", "absent")
            ]
            assert cursor.fetchall() == [(1, "x", "k", 2, None), (2, "y", "l", 1, None)]
    assert validate(folder).findings == ()


def test_a_missing_extra_is_named_and_nothing_is_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    message = (
        "Excel takes xlsxwriter, which is not installed; "
        "install the toolkit with its extra: pip install '.[release]'"
    )
    with pytest.raises(NotReleasable, match=f"^{re.escape(message)}$"):
        build_release(source, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


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
