"""Inputs that once crashed the validator, passed without a word or took far too long."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_package
from toolkit.checks import validate
from toolkit.cli.options import FORMATS
from toolkit.render import render_csv

FIELDS = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]}


def found(root: Path) -> list[tuple[str, str, int | None]]:
    return [(one.rule, one.file, one.line) for one in validate(root).findings]


def several(root: Path, *contents: bytes, **more: Any) -> Path:
    """A package of one table in several files."""
    paths = [f"{number}.csv" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        (root / path).write_bytes(content)
    table = {"name": "t", "path": paths, "schema": FIELDS, **more}
    descriptor = {"name": "parts", "resources": [table]}
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return root


def test_a_row_rule_that_makes_polars_panic_is_named(tmp_path: Path) -> None:
    rule = dict.fromkeys(("name", "message", "hint", "why", "bad", "good"), "x") | {
        "code": "R001",
        "severity": "error",
        "columns": ["b"],
    }
    rule["expression"] = "b::decimal(100,50) > 1"
    write_package(tmp_path, {"t": ({**FIELDS, "rules": [rule]}, [["a", "b"], ["1", "x"]])})
    assert [rule for rule, _, _ in found(tmp_path)] == ["D011"]


def test_the_csv_report_of_a_finding_in_a_later_file(tmp_path: Path) -> None:
    root = several(tmp_path, b"a,b\n1,2\n", b"a,b\nx,2\n")
    assert found(root) == [("T002", "1.csv", 2)]
    assert "1.csv" in render_csv(validate(root))


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ((b"", b"a,b\n1,2\n", b"\n1,2\n"), [("S006", "2.csv", 1)]),
        ((b"", b"a,b\n1,2\n", b"a,b\n1,2\n"), []),
        ((b"a,b\n1,2", b"", b"a,b\n1,2\n"), []),
        ((b"a,b\n1,2", b"3,4"), []),
    ],
)
def test_files_that_are_empty_or_end_early(
    contents: tuple[bytes, ...], expected: list[tuple[str, str, int]], tmp_path: Path
) -> None:
    assert found(several(tmp_path, *contents)) == expected


@pytest.mark.parametrize("dialect", [{}, {"commentChar": "#"}, {"lineTerminator": ";"}])
@pytest.mark.parametrize("rows", [1, 30_000])
def test_the_end_of_a_file_ends_its_last_cell(
    dialect: dict[str, Any], rows: int, tmp_path: Path
) -> None:
    end = dialect.get("lineTerminator", "\n").encode()
    contents = [b"a,b\n" + b"1,x\n" * rows + b'2,"y\n', b'3,"z"\n4,"z\n', b'5,y"\nx,z\n']
    root = several(tmp_path, *(one.replace(b"\n", end) for one in contents), dialect=dialect)
    places = [(one.record, one.rule, one.file) for one in validate(root).findings]
    assert sorted(places) == [
        (rows + 2, "S003", "0.csv"),
        (rows + 4, "S003", "1.csv"),
        (rows + 5, "S002", "2.csv"),
        (rows + 6, "T002", "2.csv"),
    ]
    if not dialect.get("lineTerminator"):
        assert [line for _, _, line in found(root)] == [rows + 2, 2, 1, 2]


@pytest.mark.parametrize(
    ("contents", "dialect", "expected"),
    [
        ((b"a,b\r1,2\r", b"x,2\r"), {}, [("S014", "0.csv", 1), ("T002", "1.csv", 1)]),
        ((b"a,b\r1,2", b"3,4\rx,2\r"), {}, [("S014", "0.csv", 1), ("T002", "1.csv", 2)]),
        ((b'a,b\n1,"\r\r"\n', b"x,2\n"), {}, [("T002", "1.csv", 1)]),
        ((b"a,b\n1,2\r", b"\n3,4\n"), {}, [("S014", "0.csv", 2), ("S006", "1.csv", 1)]),
        ((b"a,b\r\n1,2", b"3,4\r\nx,2\r\n"), {}, [("T002", "1.csv", 2)]),
        ((b"a,b;1,2", b"x,4;"), {"lineTerminator": ";"}, [("T002", "1.csv", 1)]),
        ((b"a,b;\n1,2;", b"x,4"), {"lineTerminator": ";\n"}, [("T002", "1.csv", 1)]),
        ((b"a,b\n1,2\n", b"a,b\r\nx,4\n"), {}, [("T002", "1.csv", 2)]),
    ],
)
def test_lines_are_counted_by_file_whatever_ends_them(
    contents: tuple[bytes, ...],
    dialect: dict[str, Any],
    expected: list[tuple[str, str, int]],
    tmp_path: Path,
) -> None:
    assert found(several(tmp_path, *contents, dialect=dialect)) == expected


@pytest.mark.parametrize(
    ("first", "later", "dialect", "lines"),
    [
        (b"x\na,b\n1,2\n", b"x\na,b\ny,2\n", {"headerRows": [1, 2], "headerJoin": ""}, [3]),
        (b"x\na,b\n1,2\n", b"x,\na,c\n1,2\n", {"headerRows": [1, 2], "headerJoin": ""}, [1, 2]),
        (b"old\na,b\n1,2\n", b"new\na,b\ny,2\n", {"headerRows": [2]}, [3]),
        (b"# x\na,b\n1,2\n", b'# y\n# z\n"a",b\ny,2\n', {"commentChar": "#"}, [4]),
        (b"# x\na,b\n1,2\n", b"# y\ny,2\n", {"commentChar": "#"}, [2]),
        (b"old\na,b\n1,2\n", b"new\na,b\ny,2\n", {"commentRows": [1]}, [3]),
        (b'"a",b\n1,2\n', b"a,b\r\ny,2\n", {}, [2]),
        (b"a,b\n1,2\n", b"y,2\na,b\n", {"header": True}, [1, 2]),
        (b"a,b\n1,2\n", b"# x\n" * 600_000 + b"a,b\ny,2\n", {"commentChar": "#"}, [600_002]),
    ],
)
def test_a_header_repeated_in_a_later_file(
    first: bytes, later: bytes, dialect: dict[str, Any], lines: list[int], tmp_path: Path
) -> None:
    names = ["xa", "xb"] if "headerJoin" in dialect else ["a", "b"]
    fields = [{"name": names[0], "type": "integer"}, {"name": names[1]}]
    root = several(tmp_path, first, later, dialect=dialect, schema={"fields": fields})
    assert found(root) == [("T002", "1.csv", line) for line in lines]


def test_a_header_of_several_lines_is_left_out_whole(tmp_path: Path) -> None:
    content = b'a,"b\nc"\n%s,2\n'
    fields = [{"name": "a", "type": "integer"}, {"name": "b\nc"}]
    root = several(tmp_path, content % b"1", content % b"y", schema={"fields": fields})
    report = validate(root)
    assert [(one.rule, one.file, one.record, one.line) for one in report.findings] == [
        ("T002", "1.csv", 3, 3)
    ]
    assert report.rows == {"t": 2}


@pytest.mark.parametrize(
    "value", ['!!int ""', '!!float ""', "!!bool x", "!!timestamp x", "1" + ":1" * 400 + ".0"]
)
def test_yaml_that_cannot_be_made_a_value(value: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.yaml").write_text(f"name: {value}\n", encoding="utf-8")
    assert [rule for rule, _, _ in found(tmp_path)] == ["D002"]


def test_a_schema_without_fields_and_a_file_without_header(tmp_path: Path) -> None:
    schema: dict[str, Any] = {"fields": []}
    root = several(tmp_path, b"a,b\n1,2\n", schema=schema, dialect={"header": False})
    assert "D006" in {rule for rule, _, _ in found(root)}


def test_a_field_that_is_none_before_one_that_is_faulty(tmp_path: Path) -> None:
    faulty = {"name": "a", "type": "string", "constraints": {"pattern": "("}}
    schema = {"fields": ["x", faulty, {"name": "b"}]}
    write_package(tmp_path, {"t": (schema, [["a", "b"], ["1", "2"]])})
    assert "D006" in {rule for rule, _, _ in found(tmp_path)}


@pytest.mark.parametrize(
    ("encoding", "content"),
    [("utf-7", b"a,b\n+2AA-,2\n"), ("unicode_escape", b"a,b\n\\ud800,2\n")],
)
def test_half_a_character_from_an_encoding(encoding: str, content: bytes, tmp_path: Path) -> None:
    root = several(tmp_path, content, encoding=encoding)
    assert ("S013", "0.csv", 2) in found(root)


def test_a_byte_order_mark_inside_the_file(tmp_path: Path) -> None:
    write_package(tmp_path, {"t": (FIELDS, b"a,b\n1,\xef\xbb\xbf2\n")})
    assert found(tmp_path) == [("S013", "t.csv", 2)]


@pytest.mark.parametrize("delimiter", ["", 5, []])
def test_a_list_with_a_delimiter_that_is_none(delimiter: Any, tmp_path: Path) -> None:
    field = {"name": "a", "type": "list", "delimiter": delimiter, "constraints": {"minLength": 2}}
    write_package(tmp_path, {"t": ({"fields": [field]}, [["a"], ["x"]])})
    assert validate(tmp_path).groups


def test_an_array_as_deep_as_can_be_read(tmp_path: Path) -> None:
    field = {"name": "a", "type": "array", "constraints": {"minLength": 1}}
    deep = "[" * 970 + "]" * 970
    write_package(tmp_path, {"t": ({"fields": [field]}, [["a"], [deep]])})
    assert {rule for rule, _, _ in found(tmp_path)} <= {"T014", "C002"}


def test_comments_of_any_length_before_the_header(tmp_path: Path) -> None:
    content = b"# a line of comment\n" * 60_000 + b"a,b\n1,2\nx,3\n"
    root = several(tmp_path, content, dialect={"commentChar": "#"})
    assert found(root) == [("T002", "0.csv", 60_003)]


@pytest.mark.parametrize(
    ("end", "rule"), [(b"", "S005"), (b'"', "S003"), (b'"x"y,' * 9, "S002"), (b'"",\x00', "S005")]
)
def test_a_row_of_a_million_cells(end: bytes, rule: str, tmp_path: Path) -> None:
    content = b"a,b\n1,x\n2," + b"," * 1_000_000 + end + b"\nx,y\n"
    write_package(tmp_path, {"t": (FIELDS, content)})
    (long, wrong) = validate(tmp_path).findings
    assert (long.rule, long.record, long.line) == (rule, 3, 3)
    assert (wrong.rule, wrong.record, wrong.line) == ("T002", 4, 4)
    assert rule != "S005" or re.search(r"the row has 100000[23] cells", long.message)


@pytest.mark.parametrize("columns", [10_001, 1_000_000])
def test_more_columns_than_a_table_can_have(columns: int, tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(min(columns, 20_000))]
    header = ",".join(names) + "," * (columns - len(names))
    schema = {"fields": [{"name": name} for name in names]}
    write_package(tmp_path, {"t": (schema, header.encode()), "u": (schema, b"c0\n1\n")})
    findings = validate(tmp_path).findings
    assert [(one.rule, one.file, one.line) for one in findings] == [
        ("S012", "t.csv", None),
        ("S012", "u.csv", None),
    ]
    assert f"{columns:,} columns" in findings[0].message


def test_names_of_folders_and_files_that_are_not_utf8(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    for folder in (root / "schemas" / "rules", root / "schemas" / "codelists"):
        folder.mkdir(parents=True)
        for end in (".sql", ".csv"):
            (folder / os.fsdecode(b"X001-\xe9" + end.encode())).write_text(
                "code,title,description\n"
            )
    (root / "t.csv").write_bytes(b"a,b\nx,1\n")
    table = {"name": "t", "path": "t.csv", "schema": FIELDS}
    (root / "datapackage.json").write_text(json.dumps({"resources": [table]}), encoding="utf-8")
    report = validate(root)
    assert report.package == "caf\\xe9"
    assert [(one.rule, one.line) for one in report.findings] == [
        ("D008", None),
        ("D008", None),
        ("T002", 2),
    ]
    assert all("is not UTF-8" in one.message for one in report.findings[:2])
    command = [sys.executable, "-m", "toolkit", "validate", str(root), "--format"]
    for form in FORMATS:
        done = subprocess.run([*command, form], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (1, b"")


def test_more_tables_than_files_may_be_open(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    tables = {f"t{n}": (FIELDS, b"a,b\n\nx,2\n") for n in range(100)}
    tables |= {f"u{n}": (FIELDS, b"\n\n") for n in range(100)}
    write_package(tmp_path, tables)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, limits[1]))
    try:
        report = validate(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert Counter(one.rule for one in report.findings) == {"S006": 100, "T002": 100, "S012": 100}


def test_a_file_of_many_lines_that_end_with_cr_alone(tmp_path: Path) -> None:
    write_package(tmp_path, {"t": (FIELDS, b"a,b\r" + b"1,abc\r" * 30_000 + b"x,abc\r")})
    assert found(tmp_path) == [("S014", "t.csv", 1), ("T002", "t.csv", 30_002)]


def test_a_json_schema_whose_references_multiply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.package.limited.TIME_LIMIT_SECONDS", 2.0)
    steps = {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]}
        for n in range(40)
    }
    schema = {"$ref": "#/$defs/d0", "$defs": {**steps, "d40": {}}}
    field = {"name": "a", "type": "array", "constraints": {"jsonSchema": schema}}
    write_package(tmp_path, {"t": ({"fields": [field]}, [["a"], ["[1]"]])})
    assert [rule for rule, _, _ in found(tmp_path)] == ["D006"]


def test_a_query_that_returns_more_text_than_the_memory_holds(tmp_path: Path) -> None:
    write_package(tmp_path, {"t": (FIELDS, [["a", "b"], ["1", "x"]])})
    folder = tmp_path / "schemas" / "rules"
    folder.mkdir(parents=True)
    keys = ("title", "what", "why", "bad", "good", "hint")
    header = "".join(f"-- {key}: x\n" for key in keys) + "-- severity: error\n"
    query = (
        "SELECT 't' AS table_name, NULL AS key, NULL AS column_name, "
        "repeat('x', 1000000) AS value, '' AS message FROM range(1000)"
    )
    (folder / "X001-long.sql").write_text(header + query, encoding="utf-8")
    report = validate(tmp_path)
    assert [(one.rule, one.file) for one in report.findings] == [
        ("D011", "schemas/rules/X001-long.sql")
    ]
    assert "characters" in report.findings[0].message


@pytest.mark.parametrize("name", ["*", "^.*$", "^other$", "a b", "f1"])
def test_names_of_fields_that_mean_something_to_polars(name: str, make_package: Any) -> None:
    """The constraint of a field is held against its own cells and no others."""
    fields = [
        {"name": name, "type": "string", "constraints": {"maxLength": 2, "required": True}},
        {"name": "other", "type": "string", "constraints": {"enum": ["long"]}},
    ]
    rows = [[name, "other"], ["abc", "long"], ["", "long"], ["ok", "long"]]
    report = validate(make_package(table=({"fields": fields}, rows)))
    found = [(one.rule, one.record, one.line, one.column, one.value) for one in report.findings]
    assert found == [("C003", 2, 2, name, "abc"), ("C001", 3, 3, name, None)]
