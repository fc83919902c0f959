"""A release is verified: every way of tampering with it is found, and none is followed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from tests.conftest import write_package
from toolkit.cli import cli
from toolkit.findings import builtin_rules
from toolkit.release import apart, build_release
from toolkit.release.archive import write_archive
from toolkit.release.formats import FORMATS, Format
from toolkit.release.verify import verify_release

FIELDS = [
    {"name": "id", "type": "integer"},
    {"name": "day", "type": "date"},
    {"name": "lat", "type": "number"},
    {"name": "lon", "type": "number"},
]
ROWS = [
    ["id", "day", "lat", "lon"],
    [1, "2024-11-27", 36.2, 37.15],
    [2, "2024-12-08", 33.5, 36.3],
]
NAME = "generated-1.0.0"

Tamper = Callable[[Path], object]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a small package; not to be changed."""
    root = tmp_path_factory.mktemp("package")
    schema = {"fields": FIELDS, "primaryKey": "id"}
    write_package(root, {"days": (schema, ROWS), "none": (schema, ROWS[:1])}, version="1.0.0")
    _, folder = build_release(root, tmp_path_factory.mktemp("dist"))
    assert folder is not None
    return folder


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    """A copy of the release folder, without its zip."""
    return shutil.copytree(built, tmp_path / "dist" / NAME)


def found(release: Path) -> list[tuple[str, str, str]]:
    return [(one.rule, one.file, one.message) for one in verify_release(release).findings]


def rewrite(release: Path, path: str, change: Callable[[str], str]) -> None:
    file = release / path
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def place_of(form: Format) -> str:
    return form.path.format(name="generated")


def seal(release: Path) -> None:
    """Write the checksums anew, as somebody would who tampers with a release on purpose."""
    files = sorted(path for path in release.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(release).as_posix()}\n"
        for path in files
        if path.name != "SHA256SUMS"
    ]
    (release / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def listing(release: Path, line: str) -> None:
    rewrite(release, "SHA256SUMS", lambda text: text + line)


def digest(release: Path, path: str) -> str:
    return hashlib.sha256((release / path).read_bytes()).hexdigest()


def describe(release: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = release / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    seal(release)


ZEROS = "0" * 64
LIST = "SHA256SUMS"


def test_a_release_as_it_was_built_is_clean(built: Path) -> None:
    report = verify_release(built)
    assert report.findings == ()
    assert report.rows == {"days": 2, "none": 0}
    codes = {result.rule.code: result for result in report.results}
    assert set(codes) == {code for code in builtin_rules() if code[0] not in "FQ"}
    files = sum(path.is_file() for path in built.rglob("*"))
    assert {codes[code].looked_at for code in codes if code[0] == "V"} == {files}


def test_every_rule_for_releases_has_a_case() -> None:
    codes = {code for code in builtin_rules() if code[0] == "V"}
    assert {code for code, *_ in CASES} | {"V010"} == codes


CASES: list[tuple[str, str, str, Tamper]] = [
    (
        *("V001", "datapackage.json"),
        "the folder is called generated-1.0.0, by name and version generated-1.0.1",
        lambda at: describe(at, lambda one: one.update(version="1.0.1")),
    ),
    ("V002", LIST, "the file is missing", lambda at: (at / LIST).unlink()),
    ("V002", LIST, "is no UTF-8 text", lambda at: (at / LIST).write_bytes(b"\xff\n")),
    (
        *("V002", LIST, "is not a SHA-256, two spaces and a path"),
        lambda at: listing(at, "README.md\n"),
    ),
    (
        *("V002", LIST, "the path '../secret' is not one inside the release"),
        lambda at: listing(at, f"{ZEROS}  ../secret\n"),
    ),
    (
        *("V002", LIST, "the path '/etc/passwd' is not one inside the release"),
        lambda at: listing(at, f"{ZEROS}  /etc/passwd\n"),
    ),
    (
        *("V002", LIST, "the path 'a\\x1b[31m' is not one inside the release"),
        lambda at: listing(at, f"{ZEROS}  a\x1b[31m\n"),
    ),
    (
        *("V002", LIST, "days.csv is listed twice"),
        lambda at: listing(at, f"{digest(at, 'days.csv')}  days.csv\n"),
    ),
    (
        *("V002", LIST, "the list cannot hold its own checksum"),
        lambda at: listing(at, f"{ZEROS}  {LIST}\n"),
    ),
    (
        *("V002", LIST, "the last line has no end"),
        lambda at: rewrite(at, LIST, lambda text: text.rstrip("\n")),
    ),
    (
        *("V003", "notes.txt", "SHA256SUMS lists this file, and it is not there"),
        lambda at: listing(at, f"{ZEROS}  notes.txt\n"),
    ),
    (
        *("V004", ".hidden/notes.txt", "SHA256SUMS does not list this file"),
        lambda at: ((at / ".hidden").mkdir(), (at / ".hidden/notes.txt").write_text("x")),
    ),
    (
        *("V005", "validation.md"),
        f"SHA-256 is {hashlib.sha256(b'x').hexdigest()}, in SHA256SUMS {{digest}}",
        lambda at: (at / "validation.md").write_text("x"),
    ),
    (
        *("V006", "days.csv", "is a symbolic link"),
        lambda at: ((at / "days.csv").unlink(), (at / "days.csv").symlink_to("/etc/passwd")),
    ),
    (
        *("V006", "folder", "is a symbolic link"),
        lambda at: (at / "folder").symlink_to("/etc"),
    ),
    (
        *("V006", "pipe", "is neither a file nor a folder"),
        lambda at: os.mkfifo(at / "pipe"),
    ),
    (
        *("V006", "a\nb", "the name holds a control character or a backslash"),
        lambda at: (at / "a\nb").write_text("x"),
    ),
    (
        *("V007", "validation.json", "every release has this file, and it is not there"),
        lambda at: ((at / "validation.json").unlink(), seal(at)),
    ),
    (
        *("V008", "parquet"),
        "Parquet cannot be read: ",
        lambda at: ((at / "parquet/days.parquet").unlink(), seal(at)),
    ),
    (
        *("V009", "generated.duckdb"),
        "DuckDB: days: day of row 2 is datetime.date(2024, 12, 9), in the CSV file "
        "datetime.date(2024, 12, 8)",
        lambda at: (sql(at, "UPDATE days SET day = '2024-12-09' WHERE id = 2"), seal(at)),
    ),
    (
        *("V009", "generated.duckdb"),
        "DuckDB: days has 1 rows of 4 columns, the CSV file 2 of 4",
        lambda at: (sql(at, "DELETE FROM days WHERE id = 2"), seal(at)),
    ),
    (
        *("V009", "generated.duckdb"),
        "DuckDB: days: day is String, in the CSV file Date",
        lambda at: (sql(at, "ALTER TABLE days ALTER day TYPE VARCHAR"), seal(at)),
    ),
    (
        *("V011", "datapackage.json"),
        "hash and rows of days not stated",
        lambda at: describe(
            at, lambda one: (one["resources"][0].pop("hash"), one["resources"][0].pop("rows"))
        ),
    ),
]


def sql(release: Path, *statements: str) -> None:
    with duckdb.connect(str(release / "generated.duckdb")) as con:
        for statement in statements:
            con.execute(statement)


@pytest.mark.parametrize(
    ("code", "file", "message", "tamper"), CASES, ids=[f"{one[0]}-{one[2][:30]}" for one in CASES]
)
def test_one_fault_is_one_finding(
    code: str, file: str, message: str, tamper: Tamper, release: Path
) -> None:
    stated = digest(release, "validation.md")
    tamper(release)
    ((rule, place, text),) = found(release)
    assert (rule, place) == (code, file)
    if code == "V008":
        assert text.startswith(message)
        assert str(release) not in text
    else:
        assert text == message.format(digest=stated)


def test_a_changed_cell_differs_from_everything(release: Path) -> None:
    rewrite(release, "days.csv", lambda text: text.replace("12-08", "12-07"))
    assert [(rule, file) for rule, file, _ in found(release)] == [
        ("D016", "days.csv"),
        ("V005", "days.csv"),
        *(("V009", place) for place in sorted(map(place_of, FORMATS))),
    ]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * (path.stat().st_size // 256))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, noise, empty])
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_damaged_file_is_a_finding(
    damage: Callable[[Path], None], form: Format, release: Path
) -> None:
    path = release / place_of(form)
    if path.is_dir():
        path = min(path.iterdir())
    damage(path)
    results = found(release)
    changed = [("V005", path.relative_to(release).as_posix())]
    assert [one[:2] for one in results if one[0] == "V005"] == changed
    unreadable = [one for one in results if one[0] != "V005"]
    assert {one[:2] for one in unreadable} == {("V008", place_of(form))}
    assert all(text.startswith(f"{form.title} cannot be read: ") for *_, text in unreadable)
    assert str(release) not in str(unreadable)


def test_a_database_cannot_read_other_files(release: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,day\n1,2024-11-27\n", encoding="utf-8")
    select = f"SELECT *, 0 AS lat, 0 AS lon, 0 AS rowid FROM read_csv('{secret}')"
    sql(release, "DROP TABLE days", f"CREATE VIEW days AS {select}")
    seal(release)
    assert found(release) == [
        ("V008", "generated.duckdb", "DuckDB cannot be read: there is no table days")
    ]


@pytest.mark.parametrize(("ending", "title"), [("sqlite", "SQLite"), ("gpkg", "GeoPackage")])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW days AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
        "SELECT id, '2024-11-27' AS day FROM n",
        "CREATE VIRTUAL TABLE days USING fts5(id, day)",
    ],
)
def test_a_table_that_never_ends_is_refused(
    ending: str, title: str, statement: str, release: Path
) -> None:
    with closing(sqlite3.connect(release / f"generated.{ending}")) as con:
        con.execute("DROP TABLE days")
        con.execute(statement)
        con.commit()
    seal(release)
    message = f"{title} cannot be read: there is no table days"
    assert found(release) == [("V008", f"generated.{ending}", message)]


@pytest.mark.parametrize("given", ["folder", "zip"])
def test_the_folder_and_the_zip_of_a_build(given: str, built: Path) -> None:
    path = built if given == "folder" else built.with_name(f"{NAME}.zip")
    result = CliRunner().invoke(cli, ["verify", str(path)])
    assert (result.exit_code, result.output[-12:]) == (0, "no findings\n")


def repack(release: Path, change: Callable[[Path], object], name: str = NAME) -> None:
    """Put a zip of a changed copy beside a release."""
    copy = shutil.copytree(release, release.parent.parent / "other" / name)
    change(copy)
    write_archive(copy, release.with_name(f"{NAME}.zip"))


@pytest.mark.parametrize(
    ("change", "name", "file", "message"),
    [
        (lambda at: (at / "days.csv").write_text("x"), NAME, "days.csv", "is not the same in {}"),
        (lambda at: (at / "days.csv").unlink(), NAME, "days.csv", "is missing from {}"),
        (
            lambda at: (at / "more.csv").write_text("x"),
            *(NAME, "more.csv", "was added to {}"),
        ),
        (lambda at: None, "generated-0.9.0", f"{NAME}.zip", f"holds no folder {NAME}"),
    ],
)
def test_a_zip_that_is_not_that_of_the_folder(
    change: Tamper, name: str, file: str, message: str, release: Path
) -> None:
    repack(release, change, name)
    assert found(release) == [("V010", file, message.format(f"{NAME}.zip"))]


def test_a_zip_that_cannot_be_opened(built: Path, release: Path) -> None:
    archive = release.with_name(f"{NAME}.zip")
    archive.write_bytes(built.with_name(f"{NAME}.zip").read_bytes()[:-100])
    message = "the zip cannot be read: File is not a zip file"
    assert found(release) == [("V010", f"{NAME}.zip", message)]
    result = subprocess.run(
        [sys.executable, "-m", "toolkit", "verify", str(archive)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"toolkit: {message} (TOOLKIT_DEBUG=1 shows where)\n"


def test_a_zip_called_otherwise_is_known_by_its_content(built: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "download (1).zip"
    shutil.copyfile(built.with_name(f"{NAME}.zip"), renamed)
    assert found(renamed) == []


def test_the_report_is_written_in_every_form(release: Path, tmp_path: Path) -> None:
    (release / "notes.txt").write_text("x", encoding="utf-8")
    names = ["r.json", "r.jsonl", "r.sarif", "r.xml", "r.md", "r.csv", "r.txt"]
    options = [part for name in names for part in ("--output", str(tmp_path / name))]
    result = CliRunner().invoke(cli, ["verify", str(release), "--format", "github", *options])
    assert result.exit_code == 1
    for text in [result.output, *((tmp_path / name).read_text("utf-8") for name in names)]:
        assert "V004" in text
        assert "SHA256SUMS does not list this file" in text


def test_a_folder_that_is_no_release(tmp_path: Path) -> None:
    results = [(rule, file) for rule, file, _ in found(tmp_path)]
    assert [one for one in results if one[0] not in ("V007", "V008")] == [
        ("V002", "SHA256SUMS"),
        ("D001", "datapackage.json"),
        ("V001", "datapackage.json"),
    ]
    # What every release has; the forms of metadata that need authors or a date are not among it.
    assert [file for rule, file in results if rule == "V007"] == [
        *("README.md", "codebook.html", "codebook.md", "croissant.json", "datapackage.json"),
        *("ro-crate-metadata.json", "schema-org.jsonld"),
        *("validation.html", "validation.json", "validation.md"),
    ]
    assert ("V008", f"{tmp_path.name}.duckdb") in results


@pytest.mark.parametrize(
    ("limit", "value", "end"),
    [
        ("MEMORY_LIMIT", 1 << 20, "the process that read it ended early"),
        ("TIME_LIMIT", 0.01, "it took longer than 0.01 seconds"),
    ],
)
def test_a_process_that_ends_is_a_finding(
    limit: str, value: float, end: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, limit, value)
    monkeypatch.setattr(apart, "MEMORY_RATIO", 0)
    assert sorted(found(built)) == sorted(
        ("V008", place_of(form), f"{form.title} cannot be read: {end}") for form in FORMATS
    )


def test_a_file_that_inflates_beyond_the_memory(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = release / "parquet" / "days.parquet"
    rows = "SELECT 1::BIGINT AS id, DATE '2024-11-27' AS day FROM range(400_000_000)"
    duckdb.sql(f"COPY ({rows}) TO '{path}' (COMPRESSION zstd)")
    assert path.stat().st_size < 2_000_000
    seal(release)
    monkeypatch.setattr(apart, "MEMORY_LIMIT", 2 << 30)
    ((rule, file, message),) = found(release)
    assert (rule, file) == ("V008", "parquet")
    assert message.startswith("Parquet cannot be read: ")


def test_nothing_is_written(release: Path) -> None:
    before = {path: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    verify_release(release)
    assert {path: path.read_bytes() for path in release.rglob("*") if path.is_file()} == before
