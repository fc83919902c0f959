"""Versions: what a difference asks for, what is checked, and what is written."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import write_package
from tests.test_diff import ID, NAME, PLAIN, ROWS, SIZE, STONES, TOMBSTONES, schema
from toolkit.cli import cli
from toolkit.diff import Change, Kind, compare
from toolkit.diff.version import Level, Version, level_of, reasons

ONE, TWO = {"t": (PLAIN, ROWS)}, {"t": (PLAIN, ROWS), "u": (PLAIN, ROWS)}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["bump", *map(str, arguments)])


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3", Version(1, 2, 3)),
        ("0.0.0", Version(0, 0, 0)),
        ("1.2.3-rc.1+build.5", Version(1, 2, 3, "rc.1")),
        *((text, None) for text in ("", "1.2", "v1.2.3", "01.2.3", "1.2.3.4", "1.2.3-", "1.2.٣")),
        ("9" * 10 + ".0.0", None),
        ("1.2.3\n", None),
    ],
)
def test_parsing(text: str, version: Version | None) -> None:
    assert Version.parse(text) == version


def test_order() -> None:
    # The example of Semantic Versioning, section 11, and what is around it.
    texts = "0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2"
    texts += " 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0"
    versions = [Version.parse(text) for text in texts.split()]
    assert None not in versions
    assert all(before < after for before, after in pairwise(versions))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("old", "level", "new"),
    [
        ("1.2.3", Level.NONE, "1.2.3"),
        ("1.2.3", Level.PATCH, "1.2.4"),
        ("1.2.3", Level.MINOR, "1.3.0"),
        ("1.2.3", Level.MAJOR, "2.0.0"),
        ("0.2.3", Level.PATCH, "0.2.4"),
        ("0.2.3", Level.MINOR, "0.3.0"),
        ("0.2.3", Level.MAJOR, "0.3.0"),
    ],
)
def test_raising(old: str, level: Level, new: str) -> None:
    version = Version.parse(old)
    assert version
    assert str(version.raised(level)) == new


@pytest.mark.parametrize(
    ("old", "new", "level", "reason"),
    [
        ({"t": (PLAIN, ROWS)}, {"t": (PLAIN, ROWS)}, Level.NONE, ""),
        (
            {"t": (PLAIN, ROWS)},
            {"t": (PLAIN, [*ROWS, ["d", "", ""]])},
            Level.MINOR,
            "1 row added in t",
        ),
        (
            {"t": (PLAIN, ROWS)},
            {"t": (PLAIN, ROWS[:2])},
            Level.MAJOR,
            "2 rows removed in t",
        ),
        (
            {"t": (PLAIN, ROWS)},
            {"t": (PLAIN, [*ROWS[:3], ["c", "Gamma", "3"]])},
            Level.PATCH,
            "1 row changed in t",
        ),
        (
            {"t": (schema(ID, NAME, SIZE, key=None), ROWS)},
            {"t": (schema(ID, NAME, SIZE, key=None), ROWS[:3])},
            Level.PATCH,
            "1 row removed in t",
        ),
        (
            {"t": (PLAIN, ROWS)},
            {"t": (PLAIN, ROWS), "u": (PLAIN, ROWS)},
            Level.MINOR,
            "table u added",
        ),
        (
            {"t": (PLAIN, ROWS), "u": (PLAIN, ROWS)},
            {"t": (PLAIN, ROWS)},
            Level.MAJOR,
            "table u removed",
        ),
    ],
)
def test_levels_of_rows_and_tables(
    tmp_path: Path, old: Any, new: Any, level: Level, reason: str
) -> None:
    for side, tables in (("old", old), ("new", new)):
        (tmp_path / side).mkdir()
        write_package(tmp_path / side, tables)
    found = reasons(compare(str(tmp_path / "old"), str(tmp_path / "new")))
    assert [(one.level, one.text) for one in found] == ([(level, reason)] if level else [])


@pytest.mark.parametrize(
    ("kind", "what", "old", "new", "level"),
    [
        (Kind.PACKAGE_CHANGED, "title", "a", "b", Level.PATCH),
        (Kind.PACKAGE_CHANGED, "name", "a", "b", Level.MAJOR),
        (Kind.TABLE_CHANGED, "title", "a", "b", Level.PATCH),
        (Kind.KEY_CHANGED, "primaryKey", '["a"]', None, Level.MAJOR),
        (Kind.KEY_CHANGED, "foreignKeys", "x", None, Level.MINOR),
        (Kind.KEY_CHANGED, "foreignKeys", None, "x", Level.MAJOR),
        (Kind.FIELD_ADDED, "", None, "string", Level.MINOR),
        (Kind.FIELD_REMOVED, "", "string", None, Level.MAJOR),
        (Kind.FIELD_RETYPED, "type", "string", "integer", Level.MAJOR),
        (Kind.FIELDS_REORDERED, "fields", "a", "b", Level.MAJOR),
        (Kind.FIELD_CHANGED, "description", "a", "b", Level.PATCH),
        (Kind.FIELD_CHANGED, "constraints.required", None, "true", Level.MAJOR),
        (Kind.FIELD_CHANGED, "constraints.required", "true", "false", Level.MINOR),
        (Kind.FIELD_CHANGED, "constraints.required", "true", None, Level.MINOR),
        (Kind.FIELD_CHANGED, "constraints.maxLength", "9", "10", Level.MINOR),
        (Kind.FIELD_CHANGED, "constraints.maxLength", "10", "9", Level.MAJOR),
        (Kind.FIELD_CHANGED, "constraints.minimum", "9", "10", Level.MAJOR),
        (Kind.FIELD_CHANGED, "constraints.minimum", "2024-01-02", "2024-01-01", Level.MINOR),
        (Kind.FIELD_CHANGED, "constraints.minimum", "2024-01-02", "5", Level.MAJOR),
        (Kind.FIELD_CHANGED, "constraints.pattern", "a", "b", Level.MAJOR),
        (Kind.FIELD_CHANGED, "constraints.pattern", "a", None, Level.MINOR),
        (Kind.FIELD_CHANGED, "constraints.enum", '["a"]', '["b", "a"]', Level.MINOR),
        (Kind.FIELD_CHANGED, "constraints.enum", '["b", "a"]', '["a"]', Level.MAJOR),
        (Kind.CODELIST_ADDED, "", None, None, Level.MINOR),
        (Kind.CODELIST_REMOVED, "", None, None, Level.MAJOR),
        (Kind.CODE_ADDED, "", None, "x", Level.MINOR),
        (Kind.CODE_REMOVED, "", "x", None, Level.MAJOR),
        (Kind.CODE_CHANGED, "title", "x", "y", Level.PATCH),
    ],
)
def test_levels_of_the_contract(
    kind: Kind, what: str, old: str | None, new: str | None, level: Level
) -> None:
    assert level_of(Change(kind, "t", "f", what, old, new)) == level


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of version 1.4.2 in the current folder, and beside it the one before any change."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        tables: Any = {"t": (PLAIN, ROWS), "gone": (TOMBSTONES, [STONES])}
        write_package(tmp_path / name, tables, version="1.4.2")
    (tmp_path / "new" / "CHANGELOG.md").write_text("# Changes\n\n## 1.4.2\n\n- All.\n")
    monkeypatch.chdir(tmp_path / "new")
    return tmp_path / "new"


def write(package: Path, version: str, rows: Any, *stones: list[str]) -> None:
    tables: Any = {"t": (PLAIN, rows), "gone": (TOMBSTONES, [STONES, *stones])}
    write_package(package, tables, version=version)


def test_nothing_changed(package: Path) -> None:
    result = run("--check", "../old")
    assert result.output == "version 1.4.2, no difference since 1.4.2: no faults\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("version", "rows", "stones", "faults"),
    [
        ("1.4.3", [*ROWS[:3], ["c", "Gamma", "3"]], (), []),
        ("1.5.0", [*ROWS, ["d", "", ""]], (), []),
        ("1.5.0-rc.1", [*ROWS, ["d", "", ""]], (), []),
        ("2.0.0", ROWS[:3], (["t", "c", "a"],), []),
        (
            "1.4.2",
            [*ROWS, ["d", "", ""]],
            (),
            [
                "datapackage.json:1: version 1.4.2 is too low: 1 row added in t, a minor change "
                "since 1.4.2\n  hint: Raise it to 1.5.0; `toolkit bump --write` does.\n"
            ],
        ),
        (
            "1.5.0",
            ROWS[:3],
            (["t", "c", ""],),
            [
                "datapackage.json:1: version 1.5.0 is too low: 1 row removed in t, a major change "
                "since 1.4.2\n  hint: Raise it to 2.0.0; `toolkit bump --write` does.\n"
            ],
        ),
        (
            "1.3.0",
            ROWS,
            (),
            [
                "datapackage.json:1: version 1.3.0 is too low: the last one is 1.4.2\n"
                "  hint: Raise it to 1.4.2; `toolkit bump --write` does.\n"
            ],
        ),
        (
            "2.0.0",
            ROWS[:1],
            (["t", "b", ""],),
            [
                "datapackage.json: removed from t without a tombstone: a, c\n"
                "  hint: Add a tombstone for each, or put the row back.\n"
            ],
        ),
    ],
)
def test_check(
    package: Path, version: str, rows: Any, stones: tuple[list[str], ...], faults: list[str]
) -> None:
    write(package, version, rows, *stones)
    (package / "CHANGELOG.md").write_text(f"## {version}\n\n- Changed.\n")
    result = run("--check", "../old")
    *found, verdict = result.output.split("\n\n") if faults else [result.output]
    assert [one + "\n" for one in found] == faults
    assert verdict.startswith(f"version {version}, ")
    assert result.exit_code == bool(faults)


@pytest.mark.parametrize(
    ("changelog", "message"),
    [
        (None, "CHANGELOG.md: there is no CHANGELOG.md"),
        ("", "CHANGELOG.md: there is no entry for 1.4.2"),
        ("## 1.4.20\n\nx\n", "CHANGELOG.md: there is no entry for 1.4.2"),
        ("# C\n\n## 1.4.2\n\n## 1.4.1\n\nx\n", "CHANGELOG.md:3: the entry for 1.4.2 is empty"),
        ("# C\n\n## 1.4.2\n\n### Data\n\n", "CHANGELOG.md:3: the entry for 1.4.2 is empty"),
        ("## 1.4.2\n\n### Data\n\n- x\n", ""),
        ("## [1.4.2] - 2024-12-08\r\n\r\nx\r\n", ""),
        ("## Version v1.4.2\n\nx\n", ""),
    ],
)
def test_changelog(package: Path, changelog: str | None, message: str) -> None:
    path = package / "CHANGELOG.md"
    path.unlink()
    if changelog is not None:
        path.write_bytes(changelog.encode())
    result = run("--check", "../old")
    assert result.output.splitlines()[0].removesuffix(":") == (
        message or "version 1.4.2, no difference since 1.4.2: no faults"
    )
    assert result.exit_code == bool(message)


def test_tombstones_are_asked_for_where_the_schema_says_so(package: Path) -> None:
    enum = {**TOMBSTONES["fields"][0], "constraints": {"enum": ["other"]}}
    shape = {**TOMBSTONES, "fields": [enum, *TOMBSTONES["fields"][1:]]}
    for root, rows in ((package.parent / "old", ROWS), (package, ROWS[:3])):
        tables: Any = {"t": (PLAIN, rows), "gone": (shape, [STONES])}
        write_package(root, tables, version="1.4.2" if rows == ROWS else "2.0.0")
    (package / "CHANGELOG.md").write_text("## 2.0.0\n\n- x\n")
    assert run("--check", "../old").exit_code == 0


DESCRIPTOR = """{
    "name": "generated" , "resources": [
  {"name": "t", "version": "0.0.1", "path": "t.csv", "schema": {"fields": [{"name": "id"}]}}],
    "contributors": [{"version": "\\u0022}"}],\t"version" :  "1.4.2",
    "title": "\u0627\u0644"}
"""
PROJECT = """[build-system]
requires = ["x"]
[project]
authors = [{ name = "n" }]
name = "generated"
version = '1.4.2'  # as the data
[tool.hatch.build.targets.wheel]
packages = ["code", "../out"]
[tool.x]
version = "1.4.2"
"""


def test_write_changes_the_version_and_nothing_else(package: Path) -> None:
    changelog = "# Changes\r\n\r\n## Unreleased\r\n\r\n- x\r\n"
    citation = "cff-version: 1.2.0\nversion: 1.4.2\ntitle: x\n"
    module = '"""Doc."""\n\n__version__ = "1.4.2"\nother = "1.4.2"\n'
    (package / "code").mkdir()
    (package.parent / "out").mkdir()
    files = {
        "datapackage.json": DESCRIPTOR,
        "pyproject.toml": PROJECT,
        "CHANGELOG.md": changelog,
        "CITATION.cff": citation,
        "code/__init__.py": module,
        "../out/__init__.py": module,
    }
    (package / "t.csv").write_text("id\na\n")
    for name, text in files.items():
        (package / name).write_bytes(text.encode())
    for name in ("datapackage.json", "t.csv"):
        (package.parent / "old" / name).write_bytes((package / name).read_bytes())
    (package / "t.csv").write_text("id\na\nb\nc\n")
    shape = DESCRIPTOR.replace('[{"name": "id"}]', '[{"name": "id"}], "primaryKey": "id"')
    for root in (package, package.parent / "old"):
        (root / "datapackage.json").write_text(shape)
    result = run("--write", "../old")
    assert result.output == (
        "datapackage.json\nCHANGELOG.md\nCITATION.cff\npyproject.toml\ncode/__init__.py\n"
        "version 1.5.0: 5 files written\n"
    )
    expected = {
        "datapackage.json": shape.replace('"1.4.2"', '"1.5.0"'),
        "pyproject.toml": PROJECT.replace("'1.4.2'", "'1.5.0'"),
        "CHANGELOG.md": changelog.replace("Unreleased", "1.5.0"),
        "CITATION.cff": citation.replace("version: 1.4.2", "version: 1.5.0"),
        "code/__init__.py": module.replace('__version__ = "1.4.2"', '__version__ = "1.5.0"'),
        "../out/__init__.py": module,
    }
    for name, text in expected.items():
        assert (package / name).read_bytes() == text.encode(), name
    assert run("--check", "../old").exit_code == 0
    assert run("--write", "../old").output == "version 1.5.0: 0 files written\n"


@pytest.mark.parametrize(
    ("changelog", "written"),
    [
        ("# C\n\n## 1.4.2\n\n- x\n", "# C\n\n## 1.5.0\n\n## 1.4.2\n\n- x\n"),
        ("# C\n", "# C\n\n## 1.5.0\n"),
        ("## [Unreleased]\n\n- x\n", "## 1.5.0\n\n- x\n"),
        ("## 1.5.0\n\n- x\n", "## 1.5.0\n\n- x\n"),
    ],
)
def test_write_adds_a_heading(package: Path, changelog: str, written: str) -> None:
    (package / "CHANGELOG.md").write_text(changelog)
    write(package, "1.4.2", [*ROWS, ["d", "", ""]])
    assert run("--write", "../old").exit_code == 0
    assert (package / "CHANGELOG.md").read_text() == written
    assert json.loads((package / "datapackage.json").read_text())["version"] == "1.5.0"


def test_another_project_beside_the_package_is_left_alone(package: Path) -> None:
    (package / "pyproject.toml").write_text(PROJECT.replace('"generated"', '"tools"'))
    write(package, "1.4.2", [*ROWS, ["d", "", ""]])
    assert "pyproject.toml" not in run("--write", "../old").output
    assert (package / "pyproject.toml").read_text() == PROJECT.replace('"generated"', '"tools"')


def test_a_version_in_yaml(package: Path) -> None:
    (package / "datapackage.json").unlink()
    text = "name: generated\nversion: 1.4.2\nresources:\n- name: t\n  path: t.csv\n"
    (package / "datapackage.yaml").write_text(text)
    assert run("--write", "../old").exit_code == 0
    assert (package / "datapackage.yaml").read_text() == text.replace("1.4.2", "2.0.0")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (None, "its descriptor states none"),
        ("1.4", "its descriptor states '1.4', which is no version"),
        ("1\x1b[31m", "its descriptor states '1\\\\x1b[31m', which is no version"),
    ],
)
@pytest.mark.parametrize("what", ["--check", "--write"])
def test_no_version_to_compare(package: Path, version: str | None, message: str, what: str) -> None:
    extra: Any = {} if version is None else {"version": version}
    write_package(package, {"t": (PLAIN, ROWS)}, **extra)
    result = run(what, "../old")
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_links_out_of_the_package_are_not_followed(package: Path) -> None:
    outside = package.parent / "outside.md"
    outside.write_text("## Unreleased\n\n- x\n")
    (package / "CHANGELOG.md").unlink()
    (package / "CHANGELOG.md").symlink_to(outside)
    write(package, "1.4.2", [*ROWS, ["d", "", ""]])
    assert run("--check", "../old").output.startswith("datapackage.json:1: ")
    assert "there is no CHANGELOG.md" in run("--check", "../old").output
    assert run("--write", "../old").exit_code == 0
    assert outside.read_text() == "## Unreleased\n\n- x\n"
