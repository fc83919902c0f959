"""Tables that stand in the descriptor: read as files are, and told by the descriptor's lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.checks import validate
from toolkit.findings import Finding, Report
from toolkit.package import load_package

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer"},
    {"name": "name", "type": "string"},
]
V2 = "https://datapackage.org/profiles/2.0/datapackage.json"


def resource(data: Any, fields: list[dict[str, Any]] | None = None, **extra: Any) -> dict[str, Any]:
    return {"name": "t", "data": data, "schema": {"fields": fields or FIELDS}, **extra}


def descriptor(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": V2, "name": "example", "resources": list(resources)}


def check(root: Path, *resources: dict[str, Any], indent: int | None = 1) -> Report:
    text = json.dumps(descriptor(*resources), indent=indent, ensure_ascii=False)
    (root / "datapackage.json").write_text(text, encoding="utf-8")
    return validate(root)


def inline(root: Path, *resources: dict[str, Any]) -> str:
    """Return the CSV of the first resource."""
    text = json.dumps(descriptor(*resources))
    (root / "datapackage.json").write_text(text, encoding="utf-8")
    package, _ = load_package(root)
    return package.resources[0].inline.decode("utf-8")


def shown(finding: Finding) -> tuple[str, int | None, str | None, str]:
    """The rule, the record, what the line holds, and what of it is bounded."""
    assert finding.excerpt is not None
    assert finding.file == "datapackage.json"
    excerpt = finding.excerpt
    text = excerpt.text.strip().rstrip(",")
    return finding.rule, finding.record, text, excerpt.text[excerpt.start : excerpt.end]


def test_a_cell_is_found_in_the_descriptor(tmp_path: Path) -> None:
    report = check(
        tmp_path,
        resource([["id", "name"], [1, "a"], ["x", "b"], [2.5, "c"]], name="arrays"),
        resource([{"id": 1, "name": "x"}, {"name": "b", "id": "x"}], name="objects"),
    )
    assert [shown(finding) for finding in report.findings] == [
        ("T002", 3, '"x"', '"x"'),
        ("T002", 4, "2.5", "2.5"),
        ("T002", 3, '"id": "x"', '"x"'),
    ]
    assert [finding.table for finding in report.findings] == ["arrays", "arrays", "objects"]
    lines = (tmp_path / "datapackage.json").read_text(encoding="utf-8").split("\n")
    for finding in report.findings:
        assert finding.excerpt is not None
        assert finding.line is not None
        assert lines[finding.line - 1] == finding.excerpt.text


def test_a_row_and_a_header_are_found_in_the_descriptor(tmp_path: Path) -> None:
    fields = [{**FIELDS[0], "constraints": {"required": True}}, FIELDS[1]]
    report = check(
        tmp_path,
        resource([["id", "name"], [1, "a\n\r\nb"], [2], [None, None]], name="arrays"),
        resource([{"id": 1, "other": "a"}, {"other": "c"}], fields, name="objects"),
    )
    lines = (tmp_path / "datapackage.json").read_text(encoding="utf-8").split("\n")
    first = lines.index('   "data": [')
    second = lines.index('   "data": [', first + 1)
    places = [(one.rule, one.record, one.line) for one in report.findings]
    assert places == [
        ("S004", 3, first + 1 + 9),
        ("S006", 4, first + 1 + 12),
        ("S008", 1, second + 1),
        ("C001", 3, second + 1 + 5),
    ]


def test_a_line_that_holds_everything_is_not_shown(tmp_path: Path) -> None:
    rows = [["id", "name"], *([n, "a"] for n in range(200)), ["x", "b"]]
    (finding,) = check(tmp_path, resource(rows), indent=None).findings
    assert (finding.rule, finding.record, finding.line, finding.excerpt) == ("T002", 202, 1, None)


def test_a_yaml_descriptor_has_lines_too(tmp_path: Path) -> None:
    (tmp_path / "datapackage.yaml").write_text(
        f"$schema: {V2}\nname: example\nresources:\n- name: t\n  schema:\n    fields:\n"
        "    - {name: id, type: integer}\n    - {name: name, type: string}\n"
        "  data:\n  - {id: 1, name: a}\n  - id: x\n    name: b\n  - {id: 3}\n",
        encoding="utf-8",
    )
    (finding,) = validate(tmp_path).findings
    assert (finding.file, finding.line) == ("datapackage.yaml", 11)


def test_tables_of_one_descriptor_keep_their_findings_apart(tmp_path: Path) -> None:
    rows = [["id", "name"], [1, "a"], [1, "b"]]
    schema = {"fields": FIELDS, "primaryKey": "id"}
    report = check(
        tmp_path,
        *({"name": name, "data": rows, "schema": schema} for name in ("one", "two", "three")),
    )
    found = {finding.table: finding.line for finding in report.findings}
    assert [finding.rule for finding in report.findings] == ["K001"] * 3
    lines = list(found.values())
    assert list(found) == ["one", "two", "three"]
    assert lines == sorted(set(lines), key=lambda line: line or 0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([["id", "name"], [1, 'a "b", c\nd\re']], 'id,name\n1,"a ""b"", c\nd\re"\n'),
        ([["id", "name"], [None, True], [-0.5, False]], "id,name\n,true\n-0.5,false\n"),
        (
            [["id", "name"], [1.0, [1, "ü"]], [10**20, {}]],
            f'id,name\n1,"[1, ""ü""]"\n{10**20},{{}}\n',
        ),
        ([["id", "name"], [], [1, "a", "b"]], "id,name\n\n1,a,b\n"),
        # The keys have no order of their own: those of fields stand as the fields do.
        ([{"name": "a"}, {"more": 1, "id": 2}], "id,more,name\n,,a\n2,1,\n"),
        ([{"nam": "a", "id": 1}], "nam,id\na,1\n"),
    ],
)
def test_rows_become_csv(data: Any, expected: str, tmp_path: Path) -> None:
    assert inline(tmp_path, resource(data)) == expected


@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        ({"type": "boolean"}, [True, False, None], ["true", "false", '""']),
        ({"type": "boolean", "trueValues": ["yes", "true"]}, [True], ["true"]),
        (
            {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
            [True, False],
            ["yes", "no"],
        ),
        ({"type": "number", "decimalChar": ","}, [1.5, 2, "3,5"], ['"1,5"', "2", '"3,5"']),
        ({"type": "number"}, [1.0, 1e-7, 1e16], ["1.0", "1e-07", "1e+16"]),
        ({"type": "year"}, [2024, 2024.0], ["2024", "2024"]),
        ({"type": "list", "delimiter": ";"}, [["a", "b"], [], "c;d"], ["a;b", '""', "c;d"]),
        ({"type": "array"}, [[1, [None]]], ['"[1, [null]]"']),
        ({"type": "integer", "missingValues": ["-", "n/a"]}, [None, "n/a", 1], ["-", "n/a", "1"]),
        ({"type": "integer", "missingValues": ["-", ""]}, [None], ['""']),
    ],
)
def test_values_that_text_has_not_are_written_as_their_field_reads_them(
    field: dict[str, Any], values: list[Any], expected: list[str], tmp_path: Path
) -> None:
    fields = [{"name": "a", **field}]
    rows = [["a"], *([value] for value in values)]
    assert inline(tmp_path, resource(rows, fields)).splitlines() == ["a", *expected]
    found = check(tmp_path, resource(rows, fields)).findings
    assert {finding.rule for finding in found} <= {"S006"}


def test_a_number_beyond_all_numbers_is_no_number(tmp_path: Path) -> None:
    text = json.dumps(descriptor(resource([["a"], ["N"]], [{"name": "a", "type": "number"}])))
    (tmp_path / "datapackage.json").write_text(text.replace('"N"', "1e999"), encoding="utf-8")
    assert [finding.rule for finding in validate(tmp_path).findings] == ["T003"]


@pytest.mark.parametrize("claim", [{"type": "table"}, {"schema": {"fields": FIELDS}}, {}])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": [1]}, "the data are an object, not a list of rows"),
        ([1, 2], "row 1 of the data is a number, not an array or an object"),
        ([["id"], {"id": 1}], "row 2 of the data is an object, not an array like the first one"),
        ([{"id": 1}, None], "row 2 of the data is null, not an object like the first one"),
    ],
)
def test_data_of_another_kind_are_no_table(
    data: Any, message: str, claim: dict[str, Any], tmp_path: Path
) -> None:
    (finding,) = check(tmp_path, {"name": "t", "data": data, **claim}).findings
    # What does not say that it is a table may be anything, and is not checked.
    assert finding.rule == ("D004" if claim else "D015")
    assert message in finding.message


@pytest.mark.parametrize("data", [5, True, None])
def test_data_are_a_list_an_object_or_text(data: Any, tmp_path: Path) -> None:
    assert [one.rule for one in check(tmp_path, {"name": "t", "data": data}).findings] == ["D004"]


@pytest.mark.parametrize("data", [[], [[]], [{}], ""])
def test_empty_data_are_a_fault(data: Any, tmp_path: Path) -> None:
    (finding,) = check(tmp_path, resource(data, format="csv")).findings
    assert (finding.rule, finding.line) == ("S012", 7)


def test_text_is_read_as_its_format_says(tmp_path: Path) -> None:
    text = {"data": "id|name\n1|a\n\nx|b\n", "format": "CSV", "dialect": {"delimiter": "|"}}
    report = check(tmp_path, {**resource(None), **text})
    assert [(one.rule, one.record, one.line) for one in report.findings] == [
        ("S006", 3, 7),
        ("T002", 4, 7),
    ]
    assert report.rows == {"t": 3}


def test_keys_hold_between_inline_data_and_files(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("id,name\n1,a\n9,b\n", encoding="utf-8")
    key = {"fields": "id", "reference": {"resource": "t", "fields": "id"}}
    other = {"name": "file", "path": "file.csv", "schema": {"fields": FIELDS, "foreignKeys": [key]}}
    report = check(tmp_path, resource([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]), other)
    assert [(one.rule, one.file, one.line) for one in report.findings] == [("K005", "file.csv", 3)]
