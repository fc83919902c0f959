"""A whole run: one fault, one finding, however much depends on it; and nothing raises."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import write_package
from toolkit.checks import validate
from toolkit.findings import Collector
from toolkit.package import load_package
from toolkit.tables import open_database, select

PLACES = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"pattern": "[a-z-]+"}},
        {"name": "name", "type": "string"},
        {"name": "people", "type": "integer"},
    ],
    "primaryKey": "id",
}
EVENTS = {
    "fields": [{"name": "id", "type": "string"}, {"name": "place", "type": "string"}],
    "primaryKey": "id",
    "foreignKeys": [{"fields": "place", "reference": {"resource": "places", "fields": "id"}}],
}
CHILDREN = [["id", "place"], *([f"e{n}", "hama"] for n in range(20)), ["f", "homs"]]


def found(root: Path) -> list[tuple[str, str, int | None]]:
    return [(finding.rule, finding.file, finding.line) for finding in validate(root).findings]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ('"hama,Hama,1', "S003"),
        ('"hama"x,Hama,1', "S002"),
        ('hama,"Ha"ma,1', "S002"),
        ("hama,Hama,1,2", "S005"),
        ("hama,Hama", "S004"),
        ("hama,Hama,many", "T002"),
        ("Hama,Hama,1", "C008"),
        ("hama!,Hama,1", "C008"),
    ],
)
def test_a_bad_parent_row_sets_off_no_finding_for_its_children(
    row: str, rule: str, make_package: Any
) -> None:
    content = f"id,name,people\nhoms,Homs,1\n{row}\naleppo,Aleppo,2\n".encode()
    root = make_package(places=(PLACES, content), events=(EVENTS, CHILDREN))
    assert found(root) == [(rule, "places.csv", 3)]


def test_a_missing_parent_table_is_one_finding(make_package: Any) -> None:
    root = make_package(places=(PLACES, [["id", "name", "people"]]), events=(EVENTS, CHILDREN))
    (root / "places.csv").unlink()
    assert [rule for rule, _, _ in found(root)] == ["D007"]


def test_a_missing_row_is_named_by_each_row_that_needs_it(make_package: Any) -> None:
    rows = [["id", "name", "people"], ["hama", "Hama", "1"]]
    root = make_package(places=(PLACES, rows), events=(EVENTS, CHILDREN))
    assert found(root) == [("K005", "events.csv", 22)]


def test_a_fault_of_the_descriptor_does_not_stop_the_other_checks(make_package: Any) -> None:
    rows = [["id", "name", "people"], ["hama", "Hama", "many"]]
    root = make_package(places=(PLACES, rows), events=(EVENTS, [["id", "place"], ["e", "x"]]))
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["keywords"] = "not a list"
    descriptor["resources"].append({"name": "lost", "path": "lost.csv"})
    descriptor["resources"][0]["schema"]["fields"][1]["constraints"] = {"minimum": 3}
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    rules = sorted(rule for rule, _, _ in found(root))
    assert rules == ["D003", "D006", "D007", "K005", "T002"]


def test_a_waiver_covers_one_finding_and_is_counted(make_package: Any) -> None:
    rows = [["id", "name", "people"], ["hama", "Hama", "many"], ["homs", "Homs", "few"]]
    root = make_package(places=(PLACES, rows))
    (root / "schemas").mkdir()
    waivers = "rule,table,key,reason,until\nT002,places,hama,Known; see the note,2099-01-01\n"
    (root / "schemas" / "waivers.csv").write_text(waivers, encoding="utf-8")
    report = validate(root)
    assert [(f.rule, f.key) for f in report.findings] == [("T002", "homs")]
    assert {r.rule.code: r.waived for r in report.results if r.waived} == {"T002": 1}


def test_two_constraints_of_one_cell_are_two_findings(make_package: Any) -> None:
    field = {"name": "a", "type": "string", "constraints": {"minLength": 3, "pattern": "[a-z]+"}}
    root = make_package(t=({"fields": [field]}, [["a"], ["A"]]))
    assert [rule for rule, _, _ in found(root)] == ["C002", "C008"]


SETTINGS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = st.sampled_from(
    [b"id", b"name", b",", b'"', b"\n", b"\r", b"\xff", b"\x00", b"a", b"\xd8"]
)


@SETTINGS
@given(st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=30).map(b"".join)))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b'id,name,people\n"')
def test_any_bytes_are_a_table_or_a_finding(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_package(Path(folder), {"places": (PLACES, content)})
        for finding in validate(folder).findings:
            assert finding.message
            assert finding.file == "places.csv"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a.csv", "x", "date"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "path",
                    "schema",
                    "fields",
                    "type",
                    "constraints",
                    "primaryKey",
                    "enum",
                    "foreignKeys",
                    "reference",
                    "resource",
                    "dialect",
                    "rules",
                    "hash",
                    "codelist",
                    "encoding",
                    "format",
                    "bytes",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@SETTINGS
@given(VALUES, st.sampled_from(["resource", "schema", "field", "descriptor"]))
def test_any_descriptor_is_a_package_or_a_finding(value: Any, where: str) -> None:
    schema: Any = {"fields": [{"name": "a", "type": "string"}]}
    if where == "field":
        schema = {"fields": [value]}
    if where == "schema":
        schema = value
    resource: Any = {"name": "t", "path": "t.csv", "schema": schema}
    if where == "resource" and isinstance(value, dict):
        resource |= value
    descriptor = value if where == "descriptor" else {"name": "p", "resources": [resource]}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_text("a\nx\n", encoding="utf-8")
        (Path(folder) / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        for finding in validate(folder).findings:
            assert finding.message
            assert finding.hint


@SETTINGS
@given(st.binary(max_size=60))
def test_any_bytes_are_a_descriptor_or_a_finding(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "datapackage.json").write_bytes(content)
        assert validate(folder).findings


TEXT = st.text(st.sampled_from(list('ab حé,";')) | st.just("\n"), max_size=5)


@SETTINGS
@given(
    st.lists(st.tuples(TEXT, st.integers(0, 99), TEXT), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_no_row_is_lost(
    rows: list[tuple[str, int, str]], line_end: str, bom: bool, quoted: bool, final: bool
) -> None:
    """Whatever the line ends, marks and byte order mark, every row is in the typed table."""
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, lineterminator=line_end, quoting=quoting)
    writer.writerows([("a", "n", "b"), *rows])
    text = buffer.getvalue() if final else buffer.getvalue().removesuffix(line_end)
    fields = [{"name": "a"}, {"name": "n"}, {"name": "b"}]
    schema = {"fields": [{**field, "type": "string"} for field in fields]}
    schema["fields"][1]["type"] = "integer"
    with tempfile.TemporaryDirectory() as folder:
        content = text.encode("utf-8-sig" if bom else "utf-8")
        write_package(Path(folder), {"t": (schema, content)})
        package, _ = load_package(Path(folder))
        with open_database(package, Collector()) as database:
            names, found = select(database.con, "select a, n, b from t order by _record")
    assert names == ["a", "n", "b"]
    assert found == [(a or None, n, b or None) for a, n, b in rows]
