"""What differs between two states of a package: every kind of change, one at a time."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import REPOSITORY, write_package
from toolkit.cli import cli
from toolkit.diff import Cell, Change, Difference, Kind, NoSide, RowKind, compare, pair, reports
from toolkit.diff.lines import unmatched
from toolkit.release import build_release

ID = {"name": "id", "type": "string"}
NAME = {"name": "name", "type": "string"}
SIZE = {"name": "size", "type": "number"}
ROWS = [["id", "name", "size"], ["a", "Alpha", "1.0"], ["b", "Beta", "2"], ["c", "Gamma", ""]]
Tables = dict[str, tuple[dict[str, Any], Any]]


def schema(*fields: dict[str, Any], key: Any = "id", **more: Any) -> dict[str, Any]:
    return {"fields": list(fields), **({"primaryKey": key} if key else {}), **more}


PLAIN = schema(ID, NAME, SIZE)


def packages(
    root: Path, old: Tables, new: Tables, before: Any = None, after: Any = None
) -> tuple[str, str]:
    for side, tables, extra in (("old", old, before), ("new", new, after)):
        (root / side).mkdir(exist_ok=True)
        write_package(root / side, tables, **(extra or {}))
    return str(root / "old"), str(root / "new")


def difference(root: Path, old: Tables, new: Tables, **options: Any) -> Difference:
    return compare(*packages(root, old, new), **options)


def rows(found: Difference, table: str = "t") -> list[tuple[Any, ...]]:
    one = next(one for one in found.tables if one.name == table)
    return [(str(row.kind), row.key, row.title, row.cells) for row in one.rows]


@pytest.fixture(params=["bytes", "values"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to the rows: with those passed over that are the same bytes, and without."""
    if request.param == "values":
        monkeypatch.setattr(pair, "unmatched", lambda old, new: None)
    return str(request.param)


def test_the_same_package_twice(tmp_path: Path, way: str) -> None:
    found = difference(tmp_path, {"t": (PLAIN, ROWS)}, {"t": (PLAIN, ROWS)})
    assert found.same
    assert (found.tables[0].old_rows, found.tables[0].new_rows) == (3, 3)
    assert (found.changes, found.skipped, found.touched) == ((), (), ())


@pytest.mark.parametrize(
    ("new", "expected", "cells"),
    [
        (
            [*ROWS, ["d", "Delta", ""]],
            [("added", "d", "Delta", (Cell("id", None, "d"), Cell("name", None, "Delta")))],
            {},
        ),
        (
            ROWS[:3],
            [("removed", "c", "Gamma", (Cell("id", "c", None), Cell("name", "Gamma", None)))],
            {},
        ),
        (
            [*ROWS[:2], ["b", "Beta", "2.5"], ROWS[3]],
            [("changed", "b", "Beta", (Cell("size", "2.0", "2.5"),))],
            {"size": 1},
        ),
        (
            [*ROWS[:2], ["b", "Better", ""], ROWS[3]],
            [
                (
                    *("changed", "b", "Better"),
                    (Cell("name", "Beta", "Better"), Cell("size", "2.0", None)),
                )
            ],
            {"name": 1, "size": 1},
        ),
        ([ROWS[0], ["a", "Alpha", "1.00"], *ROWS[2:]], [], {}),
        ([ROWS[0], ["a", "Alpha", "1e0"], *ROWS[2:]], [], {}),
        ([ROWS[0], ROWS[3], ROWS[1], ROWS[2]], [], {}),
    ],
    ids=["added", "removed", "changed", "cells", "spelling", "exponent", "order"],
)
def test_rows(
    tmp_path: Path, way: str, new: Any, expected: list[Any], cells: dict[str, int]
) -> None:
    found = difference(tmp_path, {"t": (PLAIN, ROWS)}, {"t": (PLAIN, new)})
    assert rows(found) == expected
    assert found.tables[0].cells == cells
    counts = Counter(kind for kind, *_ in expected)
    assert {str(k): n for k, n in found.tables[0].counts.items() if n} == counts
    assert (found.tables[0].old_rows, found.tables[0].new_rows) == (3, len(new) - 1)
    assert found.same is not bool(expected)


@pytest.mark.parametrize(
    ("type_", "old", "new", "same"),
    [
        ("integer", "7", "+7", True),
        ("integer", "7", "8", False),
        ("string", "7", "+7", False),
        ("boolean", "true", "1", True),
        ("datetime", "2024-12-05T10:00:00Z", "2024-12-05T12:00:00+02:00", True),
        ("datetime", "2024-12-05T10:00:00Z", "2024-12-05T10:00:01Z", False),
        ("number", "NaN", "nan", True),
        ("number", "no number", "no number", True),
        ("number", "no number", "none either", False),
        ("number", "no number", "", False),
    ],
)
def test_values_are_compared_and_not_spellings(
    tmp_path: Path, way: str, type_: str, old: str, new: str, same: bool
) -> None:
    shape = schema(ID, {"name": "value", "type": type_})
    sides = [{"t": (shape, [["id", "value"], ["a", value]])} for value in (old, new)]
    found = difference(tmp_path, *sides)
    assert found.tables[0].total == (not same)
    assert found.same is same


def test_rows_without_a_key_are_compared_as_a_whole(tmp_path: Path, way: str) -> None:
    shape = schema(NAME, SIZE, key=None)
    head = ["name", "size"]
    old = [head, ["x", "1"], ["x", "1"], ["x", "1.0"], ["y", ""]]
    new = [head, ["z", ""], ["y", ""], ["x", "1"]]
    found = difference(tmp_path, {"t": (shape, old)}, {"t": (shape, new)})
    gone = ("removed", "", "x", (Cell("name", "x", None), Cell("size", "1.0", None)))
    assert rows(found) == [gone, gone, ("added", "", "z", (Cell("name", None, "z"),))]
    assert found.tables[0].key == ()


def test_keys_that_stand_twice_are_matched_in_order(tmp_path: Path, way: str) -> None:
    old = [ROWS[0], ["a", "One", ""], ["a", "Two", ""], ["b", "B", ""]]
    new = [ROWS[0], ["a", "One", ""], ["a", "Three", ""], ["b", "B", ""], ["b", "C", ""]]
    found = difference(tmp_path, {"t": (PLAIN, old)}, {"t": (PLAIN, new)})
    counts = {str(kind): count for kind, count in found.tables[0].counts.items() if count}
    assert counts == {"added": 1, "changed": 1}


def test_keys_of_several_fields_and_empty_parts(tmp_path: Path, way: str) -> None:
    shape = schema(ID, NAME, SIZE, key=["id", "name"])
    old = [ROWS[0], ["a", "x", "1"], ["a", "y", "1"], ["a", "", "1"]]
    new = [ROWS[0], ["a", "x", "1"], ["a", "y", "2"], ["a", "", "3"]]
    found = difference(tmp_path, {"t": (shape, old)}, {"t": (shape, new)})
    assert [(kind, key) for kind, key, *_ in rows(found)] == [("changed", "a|y"), ("changed", "a")]


def test_a_row_is_called_by_the_rows_that_its_key_names(tmp_path: Path, way: str) -> None:
    people = schema(ID, {"name": "label", "type": "string"})
    links = schema(
        {"name": "from", "type": "string"},
        {"name": "to", "type": "string"},
        {"name": "role", "type": "string"},
        key=["from", "to", "role"],
        foreignKeys=[
            {"fields": one, "reference": {"resource": "people", "fields": "id"}}
            for one in ("from", "to")
        ],
    )
    given = [["id", "label"], ["a", "Ann"], ["b", "Bo"]]
    head = ["from", "to", "role"]
    found = difference(
        tmp_path,
        {"links": (links, [head, ["a", "b", "x"]]), "people": (people, given)},
        {"links": (links, [head, ["a", "b", "y"]]), "people": (people, given)},
    )
    assert [row[:3] for row in rows(found, "links")] == [
        ("removed", "a|b|x", "Ann · Bo"),
        ("added", "a|b|y", "Ann · Bo"),
    ]


def test_a_label_by_its_meaning_comes_before_one_by_its_name(tmp_path: Path) -> None:
    meaning = "http://www.w3.org/2000/01/rdf-schema#label"
    shape = schema(ID, NAME, {"name": "bezeichnung", "type": "string", "rdfType": meaning})
    head = ["id", "name", "bezeichnung"]
    found = difference(
        tmp_path, {"t": (shape, [head])}, {"t": (shape, [head, ["a", "short", "long"]])}
    )
    assert [row[2] for row in rows(found)] == ["long"]


TOMBSTONES = schema(
    *({"name": name, "type": "string"} for name in ("table_name", "key", "successor")),
    key=["table_name", "key"],
)
STONES = ["table_name", "key", "successor"]


@pytest.mark.parametrize(
    ("stones", "new", "expected"),
    [
        ([], [["b", "Beta", "2"]], [("removed", "a", "", "", False)]),
        ([["t", "a", ""]], [["b", "Beta", "2"]], [("removed", "a", "", "", True)]),
        ([["t", "a", "b"]], [["b", "Beta", "2"]], [("removed", "a", "", "b", True)]),
        (
            [["t", "a", "z"]],
            [["z", "Alpha", "1"], ["b", "Beta", "2"]],
            [("renamed", "a", "z", "z", True)],
        ),
        (
            [["t", "a", "y"], ["t", "y", "z"]],
            [["z", "Alpha", "1"], ["b", "Beta", "2"]],
            [("renamed", "a", "z", "z", True)],
        ),
        (
            [["t", "a", "z"], ["t", "b", "z"]],
            [["z", "Alpha", "1"]],
            [("removed", "b", "", "z", True), ("renamed", "a", "z", "z", True)],
        ),
        (
            [["t", "a", "y"], ["t", "y", "a"], ["other", "b", "z"]],
            [["b", "Beta", "2"]],
            [("removed", "a", "", "y", True)],
        ),
    ],
    ids=["none", "gone", "merged", "renamed", "chain", "two-into-one", "circle"],
)
def test_tombstones(
    tmp_path: Path, way: str, stones: list[list[str]], new: list[list[str]], expected: list[Any]
) -> None:
    found = difference(
        tmp_path,
        {"t": (PLAIN, ROWS[:3]), "gone": (TOMBSTONES, [STONES])},
        {"t": (PLAIN, [ROWS[0], *new]), "gone": (TOMBSTONES, [STONES, *stones])},
    )
    table = found.tables[0]
    assert [
        (str(row.kind), row.key, row.new_key, row.successor, row.tombstone) for row in table.rows
    ] == expected
    assert table.without_tombstone == sum(not one[4] for one in expected)
    assert found.tombstones == {"t"}


def test_a_renamed_row_tells_what_else_changed(tmp_path: Path, way: str) -> None:
    found = difference(
        tmp_path,
        {"t": (PLAIN, ROWS), "gone": (TOMBSTONES, [STONES])},
        {
            "t": (PLAIN, [*ROWS[:3], ["z", "Gamma", "9"]]),
            "gone": (TOMBSTONES, [STONES, ["t", "c", "z"]]),
        },
    )
    assert rows(found) == [("renamed", "c", "Gamma", (Cell("size", None, "9.0"),))]


WORD = {"name": "word", "type": "string"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (schema(ID), schema(ID, WORD), [Change(Kind.FIELD_ADDED, "t", "word", "", None, "string")]),
        (
            schema(ID, WORD),
            schema(ID),
            [Change(Kind.FIELD_REMOVED, "t", "word", "", "string", None)],
        ),
        (
            schema(ID, WORD),
            schema(ID, {**WORD, "type": "integer"}),
            [Change(Kind.FIELD_RETYPED, "t", "word", "type", "string", "integer")],
        ),
        (
            schema(ID, WORD),
            schema(ID, {**WORD, "format": "uri"}),
            [Change(Kind.FIELD_RETYPED, "t", "word", "type", "string", "string (uri)")],
        ),
        (
            schema(ID, WORD),
            schema(ID, {**WORD, "title": "Word"}),
            [Change(Kind.FIELD_CHANGED, "t", "word", "title", None, "Word")],
        ),
        (
            schema(ID, {**WORD, "constraints": {"maxLength": 9}}),
            schema(ID, {**WORD, "constraints": {"maxLength": 8, "enum": ["x"]}}),
            [
                Change(Kind.FIELD_CHANGED, "t", "word", "constraints.maxLength", "9", "8"),
                Change(Kind.FIELD_CHANGED, "t", "word", "constraints.enum", None, '["x"]'),
            ],
        ),
        (
            schema(ID, WORD),
            schema(WORD, ID),
            [Change(Kind.FIELDS_REORDERED, "t", "", "fields", '["id", "word"]', '["word", "id"]')],
        ),
        (
            schema(ID, WORD),
            schema(ID, WORD, key=["id", "word"]),
            [Change(Kind.KEY_CHANGED, "t", "", "primaryKey", '["id"]', '["id", "word"]')],
        ),
        (
            schema(ID, WORD),
            schema(ID, WORD, uniqueKeys=[["word"]]),
            [Change(Kind.KEY_CHANGED, "t", "", "uniqueKeys", None, '[["word"]]')],
        ),
        (
            schema(ID, WORD),
            schema(ID, WORD, description="Of words."),
            [Change(Kind.TABLE_CHANGED, "t", "", "schema.description", None, "Of words.")],
        ),
    ],
    ids=lambda value: value[0].kind.value if isinstance(value, list) else "",
)
def test_schemas(tmp_path: Path, old: Any, new: Any, expected: list[Change]) -> None:
    def table(shape: dict[str, Any]) -> list[list[str]]:
        names = [field["name"] for field in shape["fields"]]
        return [names, ["1"] * len(names)]

    found = difference(tmp_path, {"t": (old, table(old))}, {"t": (new, table(new))})
    assert list(found.changes) == expected
    assert [table.total for table in found.tables] == [0]


def test_a_field_of_one_side_plays_no_part_in_rows(tmp_path: Path) -> None:
    old = {"t": (schema(ID, NAME), [["id", "name"], ["a", "A"], ["b", "B"]])}
    new = {"t": (schema(ID, WORD, NAME), [["id", "word", "name"], ["a", "w", "A"], ["b", "", "C"]])}
    found = difference(tmp_path, old, new)
    assert rows(found) == [("changed", "b", "C", (Cell("name", "B", "C"),))]


def test_tables_and_the_package(tmp_path: Path) -> None:
    sides = packages(
        tmp_path,
        {"t": (PLAIN, ROWS), "gone": (PLAIN, ROWS)},
        {"come": (PLAIN, ROWS), "t": (PLAIN, ROWS)},
        before={"title": "Old", "version": "1.0.0", "created": "2024-01-01"},
        after={"title": "New", "version": "2.0.0", "created": "2025-01-01"},
    )
    found = compare(*sides)
    assert list(found.changes) == [
        Change(Kind.PACKAGE_CHANGED, "", "", "title", "Old", "New"),
        Change(Kind.TABLE_ADDED, "come"),
        Change(Kind.TABLE_REMOVED, "gone"),
    ]
    assert (found.old.version, found.new.version) == ("1.0.0", "2.0.0")
    assert [change.place for change in compare(*sides, tables=("gone",)).changes] == ["gone"]


def test_code_lists(tmp_path: Path) -> None:
    shape = schema(ID, {**WORD, "codelist": "words"})
    table = {"t": (shape, [["id", "word"], ["a", "x"]])}
    sides = packages(tmp_path, table, table)
    for side, extra in zip(sides, ("y,Why,\nz,Zed,last\n", "z,Zet,last\nw,Double,\n"), strict=True):
        folder = Path(side, "schemas", "codelists")
        folder.mkdir(parents=True)
        (folder / "words.csv").write_text(f"code,title,description\nx,Ex,\n{extra}")
    (Path(sides[1]) / "schemas/codelists/more.csv").write_text("code,title,description\n")
    assert list(compare(*sides).changes) == [
        Change(Kind.CODELIST_ADDED, "more"),
        Change(Kind.CODE_CHANGED, "words", "z", "title", "Zed", "Zet"),
        Change(Kind.CODE_ADDED, "words", "w", "", None, "Double"),
        Change(Kind.CODE_REMOVED, "words", "y", "", "Why", None),
    ]


def test_a_table_that_cannot_be_read_is_not_taken_for_removed(tmp_path: Path) -> None:
    sides = packages(tmp_path, {"t": (PLAIN, ROWS)}, {"t": (PLAIN, ROWS)})
    Path(sides[1], "t.csv").unlink()
    found = compare(*sides)
    assert [(one.table, one.side, one.reason) for one in found.skipped] == [
        ("t", "new", "the file t.csv does not exist")
    ]
    assert not found.changes
    assert not found.same
    Path(sides[1], "t.csv").write_bytes(b"")
    assert [one.reason for one in compare(*sides).skipped] == ["the file is empty"]


@pytest.mark.parametrize("rows_first", [True, False])
def test_files_with_faults_are_compared_by_what_can_be_read(
    tmp_path: Path, rows_first: bool
) -> None:
    old = b'id,name,size\na,Alpha,1\nb,"Be\nta",2\nc,Gamma,3\n'
    new = b'id,name,size\na,Alpha,1\nb,"Be\nta",4\nc,"Gam"ma,3\n'
    given = (old, new) if rows_first else (new, old)
    found = difference(tmp_path, {"t": (PLAIN, given[0])}, {"t": (PLAIN, given[1])})
    assert "b" in [key for _, key, *_ in rows(found)]


LINES = [b"a", b"b,c", b'"x\ny"', b'"q""q"', b'"\n\n"', b"d\r", b'e,"f\r\n"', b"g,h"]


@pytest.mark.parametrize("seed", range(150))
def test_unmatched_records_are_the_difference_of_multisets(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    few = LINES if seed % 2 else [f"{n},{'x' * (n % 70)}".encode() for n in range(3000)] + LINES
    old = [chance.choice(few) for _ in range(chance.choice([0, 1, 5, 40, 900]))]
    new = [one for one in old if chance.random() > 0.1]
    for _ in range(chance.choice([0, 1, 5, 60])):
        new.insert(chance.randrange(len(new) + 1), chance.choice(few))
    if seed % 5 == 0:
        chance.shuffle(new)
    paths = (tmp_path / "old", tmp_path / "new")
    for path, records in zip(paths, (old, new), strict=True):
        path.write_bytes(b"\n".join([b"head", *records]) + (b"\n" if seed % 3 else b""))
    found = unmatched(*paths)
    assert found is not None
    sides = [Counter(side) for side in (old, new)]
    assert Counter(found.old) == sides[0] - sides[1]
    assert Counter(found.new) == sides[1] - sides[0]
    assert found.common == (sides[0] & sides[1]).total()


def test_blank_lines_are_no_differences(tmp_path: Path) -> None:
    old, new = b"id,name,size\n\na,A,1\nb,B,2\n", b"id,name,size\na,A,1\n\n\r\nb,B,2\n\n"
    assert difference(tmp_path, {"t": (PLAIN, old)}, {"t": (PLAIN, new)}).same


def test_files_that_differ_too_much_are_left_to_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.diff.lines.BUDGET", 1000)
    old = [ROWS[0], *([f"r{n}", "x", str(n)] for n in range(100))]
    new = [ROWS[0], *([f"r{n}", "x", str(n + 1)] for n in range(100))]
    found = difference(tmp_path, {"t": (PLAIN, old)}, {"t": (PLAIN, new)})
    assert unmatched(tmp_path / "old" / "t.csv", tmp_path / "new" / "t.csv") is None
    assert found.tables[0].counts[RowKind.CHANGED] == 100


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)

    def row(number: int) -> list[str]:
        return [f"r{number}", chance.choice(["x\ny", 'q"q', "é", ""]), str(chance.randrange(9))]

    old = [row(number) for number in range(400)]
    new = [row(int(one[0][1:])) if chance.random() < 0.1 else one for one in old]
    new = [one for one in new if chance.random() > 0.05] + [row(n) for n in range(400, 420)]
    if seed % 2:
        chance.shuffle(new)
    sides = packages(tmp_path, {"t": (PLAIN, [ROWS[0], *old])}, {"t": (PLAIN, [ROWS[0], *new])})
    quick = compare(*sides, limit=0)
    monkeypatch.setattr(pair, "unmatched", lambda old, new: None)
    slow = compare(*sides, limit=0)
    assert quick.tables[0].counts == slow.tables[0].counts
    assert quick.tables[0].cells == slow.tables[0].cells
    assert sorted(rows(quick)) == sorted(rows(slow))
    before, after = ({one[0]: tuple(one) for one in side} for side in (old, new))
    assert quick.tables[0].counts[RowKind.REMOVED] == len(before.keys() - after.keys())
    assert quick.tables[0].counts[RowKind.CHANGED] == sum(
        before[key] != after[key] for key in before.keys() & after.keys()
    )


# Sides.


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["diff", *map(str, arguments)])


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a package in a folder of it, two tags, and a change in the working tree."""
    root = tmp_path / "repository"
    folder = root / "deep" / "package"
    folder.mkdir(parents=True)
    git(root, "init", "--initial-branch=main")
    for tag, count in (("v0.9.0", 2), ("v0.10.0", 3)):
        write_package(folder, {"t": (PLAIN, ROWS[: count + 1])}, version=tag[1:])
        git(root, "add", ".")
        git(root, "commit", "--message", tag)
        git(root, "tag", tag)
    git(root, "tag", "not-a-version")
    write_package(folder, {"t": (PLAIN, [*ROWS, ["d", "Delta", ""]])}, version="0.10.0")
    monkeypatch.chdir(folder)
    return root


@pytest.mark.parametrize(
    ("arguments", "old", "counts"),
    [
        ([], "refs/tags/v0.10.0", (3, 4)),
        (["v0.9.0"], "v0.9.0", (2, 4)),
        (["v0.9.0", "v0.10.0"], "v0.9.0", (2, 3)),
        (["HEAD~1", "HEAD"], "HEAD~1", (2, 3)),
        (["main", "datapackage.json"], "main", (3, 4)),
    ],
)
def test_revisions(
    repository: Path, arguments: list[str], old: str, counts: tuple[int, int]
) -> None:
    result = run(*arguments, "--format", "json")
    found = json.loads(result.output)
    assert found["old"]["label"] == old
    assert found["tables"][0]["rows"] == {"old": counts[0], "new": counts[1]}
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere is no file, no folder and no revision of this repository"),
        (["--", "--output=x"], "'--output=x' is neither a path nor a revision"),
        (["--", "-h"], "'-h' is neither a path nor a revision"),
        (["a\x1b[31m"], "'a\\\\x1b[31m' is neither a path nor a revision"),
        (["HEAD", "gone.zip"], "gone.zip is no file, no folder and no revision"),
        (["HEAD", "t.csv"], "t.csv cannot be read: the zip cannot be read: File is not a zip file"),
        (["HEAD", "..", "--table", "t"], "..: datapackage.json: there is no datapackage.json"),
        (["HEAD", ".", "--table", "u"], "no table u; there are t"),
    ],
)
def test_what_cannot_be_compared(repository: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert not (repository / "deep" / "package" / "x").exists()


def test_without_a_tag_that_is_a_version(repository: Path) -> None:
    for tag in ("v0.9.0", "v0.10.0"):
        git(repository, "tag", "--delete", tag)
    result = run()
    assert result.exit_code == 2
    assert "no tag of this repository is a version (1.2.3 or v1.2.3)" in result.output


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = run("v1.0.0")
    assert result.exit_code == 2
    assert "git: not a git repository" in result.output


def test_no_filter_hook_or_link_of_a_repository_plays_a_part(repository: Path) -> None:
    folder = repository / "deep" / "package"
    mark = repository / "ran"
    (repository / ".gitattributes").write_text("*.csv filter=f export-ignore text eol=crlf\n")
    (folder / "link.csv").symlink_to("/etc/passwd")
    git(repository, "add", ".")
    git(repository, "commit", "--message", "x")
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        hook = repository / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
    for setting in ("filter.f.smudge", "core.fsmonitor", "core.pager"):
        git(repository, "config", setting, f"touch {mark}; cat")
    result = run("HEAD", ".")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "no differences")
    assert not mark.exists()


def test_releases_as_folder_and_zip(tmp_path: Path) -> None:
    _, folder = build_release(REPOSITORY, tmp_path)
    assert folder is not None
    for old in (folder, f"{folder}.zip"):
        result = run(old, REPOSITORY)
        assert result.output.splitlines()[-1] == "no differences", result.output
        assert result.exit_code == 0


def test_a_zip_that_leads_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../datapackage.json", "{}")
    result = run(path, REPOSITORY)
    assert result.exit_code == 2
    assert "the entry ../datapackage.json leads out of the zip" in " ".join(result.output.split())


# Reports.

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b[31mred\x07",
    "\u202eright to left",
    "[link](javascript:alert(1)) `code` **bold** | cell",
    "@someone #1 https://example.org www.example.org",
    "::error::injected",
    "##[command]x",
    "line\nbreak\r\nand\ttab",
    "\"quotes\" & 'more'",
]


@pytest.fixture
def hostile(tmp_path: Path) -> Difference:
    shape = schema(
        {**ID, "title": HOSTILE[0]}, {"name": HOSTILE[1], "type": "string"}, NAME, key="id"
    )
    head = ["id", HOSTILE[1], "name"]
    old = [head, *([f"{n}{text}", "", text] for n, text in enumerate(HOSTILE))]
    new = [head, *([f"{n}{text}", text, text] for n, text in enumerate(HOSTILE)), *old[1:1]]
    changed = schema(
        {**ID, "title": HOSTILE[4]}, {"name": HOSTILE[1], "type": "string"}, NAME, key="id"
    )
    sides = packages(
        tmp_path,
        {"t": (shape, old)},
        {"t": (changed, new)},
        before={"title": HOSTILE[2], "version": HOSTILE[0]},
        after={"title": HOSTILE[3], "version": HOSTILE[4]},
    )
    return compare(*sides, limit=0)


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.attributes |= {name for name, _ in attrs}


def test_hostile_text_cannot_act_in_html(hostile: Difference) -> None:
    page = reports.render_html(hostile, limit=0)
    tags = _Tags()
    tags.feed(page)
    assert set(tags.seen) <= {
        *("html", "meta", "title", "style", "h1", "h2", "p", "table", "tr", "th", "td"),
        *("ins", "del"),
    }
    assert tags.attributes <= {"lang", "charset", "http-equiv", "content", "name", "dir", "class"}
    assert "default-src 'none'; style-src 'sha256-" in page
    assert not set(page) & set("\x1b\x07\u202e")
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


@pytest.mark.parametrize("colour", [False, True])
def test_hostile_text_cannot_act_on_a_terminal_or_in_a_log(
    hostile: Difference, colour: bool
) -> None:
    text = reports.render_text(hostile, limit=0, colour=colour)
    plain = re.sub(r"\x1b\[(?:0|1|31|32|33|36)m", "", text) if colour else text
    assert not set(plain) & set("\x1b\x07\u202e\r\t")
    assert not re.search(r"^\s*::", plain, re.MULTILINE)
    assert "##[" not in plain
    assert "\\x1b[31mred\\x07" in plain


def test_hostile_text_cannot_act_in_markdown(hostile: Difference) -> None:
    text = reports.render_markdown(hostile, limit=0)
    assert not set(text) & set("\x1b\x07\u202e\r\t")
    assert not re.search(r"(?<!\\)[\[`*]", text)
    assert "<script" not in text
    assert "<img" not in text
    assert "@someone" not in text
    assert not re.search(r"(?<!\\)://", text)
    cells = {
        len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")
    }
    assert cells == {8, 4, 7}


def test_json_holds_values_as_they_are_in_ascii(hostile: Difference) -> None:
    text = reports.render_json(hostile)
    assert text.isascii()
    assert not set(text) & set("\x1b\x07")
    table = json.loads(text)["tables"][0]
    assert [row["cells"][0]["new"] for row in table["differences"]] == HOSTILE
    assert table["counts"] == {"removed": 0, "added": 0, "renamed": 0, "changed": len(HOSTILE)}


def test_the_text_of_a_small_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages(
        tmp_path,
        {"t": (PLAIN, ROWS)},
        {"t": (schema(ID, NAME, SIZE, WORD), [[*ROWS[0], "word"], ["a", "Alef", "1", ""]])},
    )
    monkeypatch.chdir(tmp_path)
    result = run("old", "new")
    assert result.exit_code == 1
    assert result.output == (
        "old  generated (old)\n"
        "new  generated (new)\n"
        "\n"
        "table  removed  added  renamed  changed  rows before  rows now\n"
        "t            2      0        0        1            3         1\n"
        "\n"
        "Contract\n"
        "  field word of t added: 'string'\n"
        "\n"
        "t\n"
        "  - b  Beta\n"
        "  - c  Gamma\n"
        "  ~ a  Alef\n"
        "      name: 'Alpha' → 'Alef'\n"
        "\n"
        "3 rows, 1 change of the contract: a major difference\n"
    )
    assert run("old", "new", "--no-exit-code").exit_code == 0
    assert run("old", "old").output.endswith("\nno differences\n")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_is_left_out_is_said(tmp_path: Path, form: str) -> None:
    new = [ROWS[0], *([f"n{n}", "x", ""] for n in range(30))]
    sides = packages(tmp_path, {"t": (PLAIN, ROWS)}, {"t": (PLAIN, new)})

    def flat(*options: object) -> str:
        output = run(*sides, "--format", form, *options).output
        return output.replace("\\", "")

    assert "10 more added rows not shown; --limit 0 shows all" in flat()
    assert "29 more added rows not shown" in flat("--limit", 1)
    assert "2 more removed rows not shown" in flat("--limit", 1)
    assert "not shown" not in flat("--limit", 0)
    assert "n29" in flat("--limit", 0)


def test_json_counts_what_it_leaves_out(tmp_path: Path) -> None:
    new = [ROWS[0], *([f"n{n}", "x", ""] for n in range(30))]
    sides = packages(tmp_path, {"t": (PLAIN, ROWS)}, {"t": (PLAIN, new)})
    found = json.loads(run(*sides, "--format", "json", "--limit", 2).output)
    table = found["tables"][0]
    assert found["totals"] == {"removed": 3, "added": 30, "renamed": 0, "changed": 0}
    assert table["left_out"] == {"removed": 1, "added": 28, "renamed": 0, "changed": 0}
    assert len(table["differences"]) == 4
    assert list(found) == [
        *("old", "new", "same", "level", "totals", "skipped", "changes", "tables")
    ]


def test_reports_are_written_to_files(tmp_path: Path) -> None:
    sides = packages(tmp_path, {"t": (PLAIN, ROWS)}, {"t": (PLAIN, ROWS[:2])})
    files = [tmp_path / name for name in ("d.json", "d.md", "d.html", "d.txt")]
    options = [f"--output={file}" for file in files] + [f"--output=json:{tmp_path / 'other'}"]
    result = run(*sides, *options)
    assert result.exit_code == 1
    assert files[3].read_text() == result.output
    assert files[0].read_text() == (tmp_path / "other").read_text()
    assert files[1].read_text().startswith("# Changes from generated")
    assert files[2].read_text().startswith("<!doctype html>")
    refused = run(*sides, "--output", tmp_path / "d.sarif")
    assert refused.exit_code == 2
    assert "FORMAT is text, json, markdown, html" in " ".join(refused.output.split())


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_the_same_bytes_every_time(tmp_path: Path, form: str) -> None:
    old = [ROWS[0], *([f"r{n}", "x", str(n)] for n in range(500))]
    new = [ROWS[0], *([f"r{n}", "x", str(n * (n % 3))] for n in range(100, 700))]
    packages(tmp_path, {"t": (PLAIN, old)}, {"t": (PLAIN, new)})
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "toolkit", "diff", "old", "new", "--format", form],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            check=False,
        ).stdout
        for seed, zone in (("0", "UTC"), ("4711", "Asia/Damascus"))
    }
    assert len(outputs) == 1
    assert outputs.pop()


def test_a_generated_pair_of_the_benchmark(tmp_path: Path) -> None:
    from benchmarks.diff import write_pair

    truth = write_pair(tmp_path, 2000, 0.05)
    found = compare(str(tmp_path / "old"), str(tmp_path / "new"))
    counts = {str(kind): count for kind, count in found.tables[0].counts.items() if count}
    assert counts == truth
    with (tmp_path / "old" / "events.csv").open(encoding="utf-8", newline="") as handle:
        assert found.tables[0].old_rows == len(list(csv.reader(io.StringIO(handle.read())))) - 1


def test_nosides_are_no_tracebacks() -> None:
    with pytest.raises(NoSide):
        compare("gone", str(REPOSITORY))
