"""The findings in frictionless' terms, and every documented difference of structure, on packages.

What frictionless says of the same package is recorded as well, so that a difference which it no
longer has is noticed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import frictionless
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import REPOSITORY, write_package
from toolkit.checks import validate
from toolkit.render.conformance import render_conformance

Entry = tuple[str, int | None, str | None]

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer"},
    {"name": "name", "type": "string"},
    {"name": "day", "type": "date"},
]
GOOD = "id,name,day\n1,a,2024-12-01\n2,b,2024-12-02\n"


def package(
    root: Path, content: str | bytes, schema: Any = None, **resource: Any
) -> dict[str, Any]:
    """Write a package of one table and return its descriptor."""
    data = content.encode() if isinstance(content, str) else content
    write_package(root, {"t": ({"fields": FIELDS, **(schema or {})}, data)})
    path = root / "datapackage.json"
    descriptor: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"][0] |= resource
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    return descriptor


def ours(root: Path) -> list[Entry]:
    entries = json.loads(render_conformance(validate(root, limit=0)))
    return sorted(((entry["type"], entry["row"], entry["field"]) for entry in entries), key=str)


def theirs(root: Path) -> list[Entry]:
    report = frictionless.validate(str(root / "datapackage.json"), limit_errors=10_000)
    errors = [*report.errors, *(error for task in report.tasks for error in task.errors)]
    return sorted(
        (
            (
                error.type,
                getattr(error, "row_number", None),
                getattr(error, "field_name", None) or _number(error),
            )
            for error in errors
        ),
        key=str,
    )


def _number(error: Any) -> str | None:
    number = getattr(error, "field_number", None)
    return str(number) if number else None


@pytest.mark.parametrize(
    ("content", "schema", "resource"),
    [
        (GOOD, {}, {}),
        ("id,name,day\nx,a,2024-12-01\n2,b,2024-13-02\n", {}, {}),
        ("id,name,day\n1,a\n2\n\n3,c,2024-12-01\n", {}, {}),
        ("id,name,day\n1,a,2024-12-01,x\n", {}, {}),
        ("id,name\n1,a\n", {}, {}),
        ("id,other,day\n1,a,2024-12-01\n", {}, {}),
        ("id,id,day\n1,a,2024-12-01\n", {}, {}),
        ("id,,day\n1,a,2024-12-01\n", {}, {}),
        ("id,name,day,more\n1,a,2024-12-01,x\n", {}, {}),
        ("", {}, {}),
        ("id,name,day\n1,a,2024-12-01\n1,b,2024-12-01\n", {"primaryKey": "id"}, {}),
        ("id,name,day\n1,a,\n2,b,\n", {"fieldsMatch": "subset"}, {}),
        ("day,id\n2024-12-01,x\n", {"fieldsMatch": "superset"}, {}),
        (
            "id,name,day\n1,a,2024-12-01\n2,z,2024-12-01\n",
            {"foreignKeys": [{"fields": "name", "reference": {"resource": "", "fields": "name"}}]},
            {},
        ),
        (GOOD, {}, {"bytes": 3}),
        (GOOD, {}, {"hash": "md5:00000000000000000000000000000000"}),
        (GOOD, {}, {"rows": 3}),
        (GOOD, {}, {"rows": 2, "fields": 4}),
        (GOOD, {}, {"stats": {"rows": 1, "fields": 3}}),
        (GOOD, {}, {"stats": {"bytes": 3}}),
        (GOOD, {}, {"stats": {"md5": 32 * "0"}}),
        (GOOD, {}, {"stats": {"sha256": 64 * "0"}}),
        (GOOD, {}, {"encoding": "no-such-encoding"}),
        (GOOD, {}, {"path": "lost.csv"}),
        (GOOD, {}, {"dialect": {"headerRows": "1"}}),
        (GOOD, {}, {"name": 5}),
        (GOOD, {"fields": [{**FIELDS[0], "type": "whole"}, *FIELDS[1:]]}, {}),
        (GOOD, {"fields": [{**FIELDS[0], "constraints": {"pattern": "1"}}, *FIELDS[1:]]}, {}),
        (GOOD, {"fields": [{**FIELDS[0], "constraints": {"maximum": 1}}, *FIELDS[1:]]}, {}),
        (GOOD, {"fields": [{**FIELDS[0], "constraints": {"unique": True}}, *FIELDS[1:]]}, {}),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_both_say_the_same(
    content: str, schema: dict[str, Any], resource: dict[str, Any], tmp_path: Path
) -> None:
    package(tmp_path, content, schema, **resource)
    assert ours(tmp_path) == theirs(tmp_path)


# What the toolkit finds, what frictionless finds, and the words of docs/differences.md.
DIFFERENCES: dict[str, tuple[str | bytes, dict[str, Any], dict[str, Any], set[str], set[str]]] = {
    "**Quotation marks.**": (
        'id,name,day\n1,"a,2024-12-01\n',
        {},
        {},
        {"source-error"},
        {"missing-cell"},
    ),
    "a mark inside an unquoted cell": (
        'id,name,day\n1,a"b,2024-12-01\n',
        {},
        {},
        {"source-error"},
        set(),
    ),
    "text after a closing mark": (
        'id,name,day\n1,"a"b,2024-12-01\n',
        {},
        {},
        {"source-error"},
        set(),
    ),
    "**No guessing.**": (
        "A note\n" + GOOD + "3,c,2024-12-03\n" * 9,
        {},
        {},
        {"incorrect-label", "missing-label", "extra-cell"},
        set(),
    ),
    "encoding from the first lines": (
        ("id,name,day\n" + "1,caf\xe9 cr\xe8me,2024-12-01\n" * 20).encode("latin-1"),
        {},
        {},
        {"encoding-error"},
        set(),
    ),
    "**Another delimiter.**": (GOOD.replace(",", ";"), {}, {}, {"source-error"}, set()),
    "**Blanks around a column's name**": (
        GOOD.replace("name", "name "),
        {},
        {},
        {"incorrect-label"},
        set(),
    ),
    "**Rows of another length**": (
        "id,name,day\nx,a,2024-12-01,b,c\n",
        {},
        {},
        {"extra-cell"},
        {"extra-cell", "type-error"},
    ),
    "**Header.**": (
        "more,id,name,day\nx,1,a,2024-12-01\n",
        {},
        {},
        {"extra-label"},
        {"extra-label", "incorrect-label", "type-error"},
    ),
    "columns in another order": (
        "name,id,day\na,1,2024-12-01\n",
        {},
        {},
        {"incorrect-label"},
        {"incorrect-label", "type-error"},
    ),
    "**Control characters, U+FFFD and mixed line ends**": (
        GOOD.replace("2\n", "2\r\n"),
        {},
        {},
        {"source-error"},
        set(),
    ),
    "**Comments.**": (
        'id,name,day\n#,"x\n1,a,2024-12-01\n',
        {},
        {"dialect": {"commentChar": "#"}},
        set(),
        set(),
    ),
    "**Header rows of another length.**": (
        "x\nid,name\n1,a\n",
        {"fields": [{"name": "x id", "type": "integer"}, {"name": "x name", "type": "string"}]},
        {"dialect": {"headerRows": [1, 2]}},
        set(),
        {"incorrect-label"},
    ),
    "**doubleQuote false**": (
        'id,name,day\n1,"a""b",2024-12-01\n',
        {},
        {"dialect": {"doubleQuote": False}},
        {"source-error"},
        set(),
    ),
    "**nullSequence**": (
        "id,name,day\n1,a,NA\n",
        {},
        {"dialect": {"nullSequence": "NA"}},
        set(),
        {"type-error"},
    ),
    "**caseSensitiveHeader**": (
        GOOD.replace("name", "NAME"),
        {},
        {"dialect": {"caseSensitiveHeader": False}},
        set(),
        {"incorrect-label"},
    ),
    "any other one is taken literally": (
        GOOD.replace("\n", ";"),
        {},
        {"dialect": {"lineTerminator": ";"}},
        set(),
        {"incorrect-label", "extra-label"},
    ),
    "`uniqueKeys`": (
        "id,name,day\n1,a,2024-12-01\n2,a,2024-12-01\n",
        {"uniqueKeys": [["name", "day"]]},
        {},
        {"unique-error"},
        set(),
    ),
    "`categories`": (
        GOOD,
        {"fields": [FIELDS[0], {**FIELDS[1], "categories": ["a"]}, FIELDS[2]]},
        {},
        {"constraint-error"},
        set(),
    ),
    "**Format in any case.**": (
        "id,name,day\nx,a,2024-12-01\n",
        {},
        {"format": "CSV"},
        {"type-error"},
        {"format-error"},
    ),
    "**Hashes**": (GOOD, {}, {"hash": "sha1:" + 40 * "0"}, {"hash-count"}, set()),
    "**Stated rows and fields**": (
        GOOD,
        {},
        {"bytes": 3, "rows": 3},
        {"byte-count"},
        {"byte-count", "row-count"},
    ),
    "a stated 0 counts": (GOOD, {}, {"rows": 0}, {"row-count"}, set()),
    "counts blank rows": (
        GOOD + "\n3,c,2024-12-03\n",
        {},
        {"rows": 3},
        {"blank-row"},
        {"blank-row", "row-count"},
    ),
    "An empty hash": (GOOD, {}, {"hash": ""}, {"resource-error"}, set()),
    "**Schemas without fields**": (GOOD, {"fields": []}, {}, {"schema-error"}, {"extra-label"}),
}


@pytest.mark.parametrize("words", DIFFERENCES)
def test_differences_are_real_and_documented(words: str, tmp_path: Path) -> None:
    content, schema, resource, expected, other = DIFFERENCES[words]
    document = (REPOSITORY / "docs" / "differences.md").read_text(encoding="utf-8")
    assert words in document
    package(tmp_path, content, schema, **resource)
    found, reference = ours(tmp_path), theirs(tmp_path)
    assert {kind for kind, _, _ in found} == expected
    assert {kind for kind, _, _ in reference} == other
    assert found != reference or not found


def test_a_fault_of_the_descriptor_stops_nothing(tmp_path: Path) -> None:
    """The rows are checked; only the list for comparison leaves out what frictionless misses."""
    schema = {"fields": [{**FIELDS[0], "constraints": {"pattern": "1"}}, *FIELDS[1:]]}
    package(tmp_path, "id,name,day\nx,a,2024-12-01\n", schema)
    found = validate(tmp_path).findings
    assert [(one.rule, one.record, one.column) for one in found] == [
        ("D006", None, None),
        ("T002", 2, "id"),
    ]
    assert {kind for kind, _, _ in ours(tmp_path)} == {"field-error"}
    assert {kind for kind, _, _ in theirs(tmp_path)} == {"field-error"}
    document = (REPOSITORY / "docs" / "differences.md").read_text(encoding="utf-8")
    assert "frictionless reads no row then" in document


def test_undecodable_bytes_stop_nothing(tmp_path: Path) -> None:
    package(tmp_path, b"id,name,day\n1,\xff,2024-12-01\nx,a,2024-12-01\n", encoding="utf-8")
    assert {kind for kind, _, _ in ours(tmp_path)} == {"encoding-error", "type-error"}
    assert {kind for kind, _, _ in theirs(tmp_path)} == {"encoding-error"}


def test_several_files_are_one_table(tmp_path: Path) -> None:
    package(tmp_path, GOOD, {"primaryKey": "id"}, path=["t.csv", "u.csv", "v.csv"])
    (tmp_path / "u.csv").write_text("id,name,day\n3,c,2024-12-03\n", encoding="utf-8")
    (tmp_path / "v.csv").write_text("x,d,2024-12-03\n1,e,2024-12-03\n", encoding="utf-8")
    assert ours(tmp_path) == [("primary-key", 6, None), ("type-error", 5, "id")]
    found = [(finding.rule, finding.file, finding.line) for finding in validate(tmp_path).findings]
    assert found == [("T002", "v.csv", 1), ("K001", "v.csv", 2)]


@pytest.mark.parametrize("stored", [{"path": "t.csv.gz"}, {"path": "t.bin", "compression": "gz"}])
def test_compressed_files(stored: dict[str, Any], tmp_path: Path) -> None:
    content = gzip.compress(b"id,name,day\nx,a,2024-12-01\n")
    digest = hashlib.sha256(content).hexdigest()
    package(tmp_path, GOOD, **stored, format="csv", hash=f"sha256:{digest}", bytes=len(content))
    (tmp_path / stored["path"]).write_bytes(content)
    assert ours(tmp_path) == [("type-error", 2, "id")]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "UTF-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-6", "cp1256", "utf-32"],
)
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = "id,name,day\n1,حماة,2024-12-01\nx,حلب,2024-12-01\n"
    package(tmp_path, text.encode(encoding), encoding=encoding)
    assert ours(tmp_path) == [("type-error", 3, "id")]


@pytest.mark.parametrize("form", [{"format": "TSV"}, {"mediatype": "text/Tab-Separated-Values"}])
def test_formats_in_any_case(form: dict[str, str], tmp_path: Path) -> None:
    package(tmp_path, "", path="t.dat", **{"format": "", **form})
    (tmp_path / "t.dat").write_text(GOOD.replace(",", "\t"), encoding="utf-8")
    assert validate(tmp_path).rows == {"t": 2}
    assert ours(tmp_path) == []


def test_a_schema_and_a_dialect_in_yaml_files_have_lines(tmp_path: Path) -> None:
    package(tmp_path, GOOD.replace(",", ";"), None, dialect="dialect.yaml")
    path = tmp_path / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"][0]["schema"] = "schema.yaml"
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    (tmp_path / "dialect.yaml").write_text('delimiter: ";"\nheader: 1\n', encoding="utf-8")
    fields = "".join(
        f"- name: {field['name']}\n  type: {field['type']}\n" for field in FIELDS
    ).replace("integer", "whole")
    (tmp_path / "schema.yaml").write_text(f"fields:\n{fields}", encoding="utf-8")
    found = [(finding.rule, finding.file, finding.line) for finding in validate(tmp_path).findings]
    assert found == [("D004", "dialect.yaml", 2), ("D006", "schema.yaml", 2)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("datapackage.json", "[" * 100_000),
        ("datapackage.json", '{"a":' + "[" * 400 + "]" * 400 + "}"),
        ("datapackage.yaml", "[" * 100_000),
        ("datapackage.yaml", "- " * 10_000),
        ("datapackage.yaml", "a: {" * 10_000),
    ],
)
def test_deep_nesting_is_a_finding_at_once(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    start = time.monotonic()
    assert [finding.rule for finding in validate(tmp_path).findings] == ["D002"]
    assert time.monotonic() - start < 5


def test_slow_patterns_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.package.limited.TIME_LIMIT_SECONDS", 1.0)
    document = (REPOSITORY / "docs" / "differences.md").read_text(encoding="utf-8")
    assert "**Slow patterns.**" in document
    fields = [
        FIELDS[0],
        # A word boundary keeps the pattern from running in linear time.
        {"name": "name", "type": "string", "constraints": {"pattern": r"(a+)+\b!"}},
        {
            "name": "more",
            "type": "array",
            "constraints": {"jsonSchema": {"items": {"pattern": "^(a+)+$"}}},
        },
    ]
    content = f'id,name,more\n1,{"a" * 50},"[""{"a" * 50}!""]"\n'
    package(tmp_path, content, {"fields": fields})
    assert [finding.rule for finding in validate(tmp_path).findings] == ["D006", "D006"]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("datapackage.json", '{"name": "a",\n "x": [{}, {"name": 1}],\n "n\\u0061me": "b",\n', 3),
        ("datapackage.json", '{"name": "a",\n "x": {"y": 1,\n "y": {"z": 1, "z": 1}},\n', 3),
        ("datapackage.yaml", "name: a\nx: [{name: 1}, {name: 1}]\n'name': b\n", 3),
        ("datapackage.yaml", "x: {y: 1,\n 1: 2,\n '1': 2}\n", 3),
    ],
)
def test_repeated_keys_are_refused(name: str, text: str, line: int, tmp_path: Path) -> None:
    document = (REPOSITORY / "docs" / "differences.md").read_text(encoding="utf-8")
    assert "**Repeated keys.**" in document
    descriptor = package(tmp_path, GOOD)
    (tmp_path / "datapackage.json").unlink()
    rest = json.dumps(descriptor["resources"])
    end = f'"resources": {rest}}}' if name.endswith("json") else f"resources: {rest}\n"
    (tmp_path / name).write_text(text + end, encoding="utf-8")
    (finding,) = validate(tmp_path).findings
    assert (finding.rule, finding.file, finding.line) == ("D002", name, line)
    assert "stands already in line" in finding.message
    assert frictionless.validate(str(tmp_path / name)).valid


def test_a_profile_of_the_package_is_held_against_it(tmp_path: Path) -> None:
    descriptor = package(tmp_path, GOOD)
    profile = {
        "allOf": [{"$ref": "https://example.org/profile.json"}],
        "required": ["spatial"],
        "properties": {"name": {"maxLength": 3}},
    }
    (tmp_path / "profile.json").write_text(json.dumps(profile), encoding="utf-8")
    for named, codes in [
        ("profile.json", ["D003", "D003"]),
        ("lost.json", ["D003"]),
        ("../profile.json", ["D008"]),
        ("t.csv", ["D003"]),
        ("https://example.org/profile.json", []),
    ]:
        text = json.dumps({**descriptor, "$schema": None, "profile": named}, indent=1)
        (tmp_path / "datapackage.json").write_text(
            text.replace('"$schema": null,', ""), encoding="utf-8"
        )
        assert [finding.rule for finding in validate(tmp_path).findings] == codes


def test_warnings_are_no_errors(tmp_path: Path) -> None:
    package(tmp_path, GOOD, path="t.xlsx", format="xlsx")
    (tmp_path / "t.xlsx").write_bytes(b"")
    assert ours(tmp_path) == []


MARKS = st.sampled_from(
    ["", ",", ";", '"', "'", "\\", "#", "|", "\n", "\r", "ab", " ", "\t", 1, None]
)
DIALECTS = st.dictionaries(
    st.sampled_from(
        [
            *("delimiter", "lineTerminator", "quoteChar", "escapeChar", "nullSequence"),
            *("headerJoin", "commentChar", "doubleQuote", "skipInitialSpace", "header"),
            *("headerRows", "commentRows", "headerCase", "skipBlankRows", "csv"),
        ]
    ),
    MARKS | st.booleans() | st.lists(st.integers(-1, 4), max_size=3) | st.just({"delimiter": ";"}),
    max_size=4,
)
PIECES = st.sampled_from(
    [*(mark.encode() for mark in ",;\"'\\#| \n\r\ta1"), b"id", b"name", b"day", b"\xff", b"\0"]
)
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1256", "utf-7", "idna"]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES, max_size=30).map(b"".join), DIALECTS, ENCODINGS, st.booleans(), st.booleans()
)
def test_any_bytes_in_any_dialect_are_a_table_or_a_finding(
    content: bytes, dialect: dict[str, Any], encoding: str, twice: bool, packed: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        given_ = {"dialect": dialect, "encoding": encoding}
        given_ |= {"path": ["t.csv", "t.csv"] if twice else "t.csv"}
        given_ |= {"compression": "gz"} if packed else {}
        package(root, content, **given_)
        if packed and len(content) % 2:
            (root / "t.csv").write_bytes(gzip.compress(content))
        report = validate(root)
        assert all(finding.message for finding in report.findings)
        json.loads(render_conformance(report))
