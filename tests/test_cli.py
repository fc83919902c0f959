"""The command line: exit codes, filters, messages, and what it imports."""

from __future__ import annotations

import inspect
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.conftest import DATA, REPOSITORY
from toolkit.cli import Deferred, cli
from toolkit.cli.options import FORMATS

SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer"},
        {"name": "word", "type": "string", "constraints": {"enum": ["weak", "fair"]}},
    ],
    "primaryKey": "id",
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def process(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


@pytest.mark.parametrize("command", cli.commands.values(), ids=cli.commands)
def test_every_command_has_help(command: Deferred) -> None:
    whole = inspect.cleandoc(command.load().help or "")
    assert whole.split("\n\n")[0].replace("\n", " ") == command.short_help
    assert "\\b" not in whole, "click knows the mark only as the control character"
    for parameter in command.load().params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom toolkit.cli import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "heavy = {'duckdb', 'polars', 'pandera', 'frictionless', 'yaml', 'jsonschema', 'csv'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert result.stderr.strip() == "[]"


def test_clean_package_exits_0(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["1", "weak"]]))
    result = run("validate", root)
    assert result.exit_code == 0
    assert "1 rows in 1 tables" in result.output
    assert "no findings" in result.output


def test_findings_exit_1_and_show_the_cell(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["1", "weak"], ["2", "week"]]))
    result = run("validate", root)
    assert result.exit_code == 1
    assert "t.csv:3:3: error C009  row 2, word" in result.output
    assert "3 | 2,week\n    |   ~~~~\n" in result.output
    assert "Did you mean 'weak'?" in result.output


def test_json_is_one_object_with_everything(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["x", "weak"]]))
    result = run("validate", root, "--format", "json")
    report = json.loads(result.output)
    assert result.exit_code == 1
    assert report["totals"] == {"error": 1, "warning": 0, "info": 0}
    assert report["rows"] == {"t": 1}
    assert report["findings"][0] == {
        "rule": "T002",
        "severity": "error",
        "file": "t.csv",
        "table": "t",
        "record": 2,
        "line": 2,
        "character": 1,
        "key": None,
        "column": "id",
        "value": "x",
        "message": "'x' is not of type integer",
        "hint": "Write a whole number without separators or units.",
    }


def test_filters_choose_rules_tables_and_severity(make_package: Any) -> None:
    rows = [["id", "word"], ["x", "week"]]
    root = make_package(a=(SCHEMA, rows), b=(SCHEMA, rows))

    def places(*arguments: str) -> set[tuple[str, str]]:
        output = run("validate", root, "--format", "json", *arguments).output
        return {(f["rule"], f["table"]) for f in json.loads(output)["findings"]}

    assert places() == {("T002", "a"), ("C009", "a"), ("T002", "b"), ("C009", "b")}
    assert places("--rule", "T") == {("T002", "a"), ("T002", "b")}
    assert places("--rule", "C009", "--table", "b") == {("C009", "b")}
    assert places("--severity", "error") == places()
    assert run("validate", root, "--rule", "X999").exit_code == 2
    assert run("validate", root, "--table", "nope").exit_code == 2


def test_strict_lets_warnings_fail(tmp_path: Path) -> None:
    case = DATA / "bad" / "D014-waiver-unused"
    assert run("validate", case).exit_code == 0
    assert run("validate", case, "--strict").exit_code == 1


def test_limit_bounds_the_output_and_says_how_much_more(make_package: Any) -> None:
    rows = [["id", "word"], *([str(n), "zzzzzz"] for n in range(30))]
    root = make_package(t=(SCHEMA, rows))
    limited = run("validate", root, "--limit", "3").output
    assert limited.count("error C009") == 3
    assert "and 27 more of C009 there" in limited
    assert "30 errors" in limited
    assert run("validate", root, "--limit", "0").output.count("error C009") == 30


def test_limit_counts_for_machines_as_well(make_package: Any) -> None:
    rows = [["id", "word"], *([str(n), "zzzzzz"] for n in range(30))]
    root = make_package(t=(SCHEMA, rows))

    def listed(*arguments: str) -> tuple[int, int]:
        report = json.loads(run("validate", root, "--format", "json", *arguments).output)
        return report["groups"][0]["count"], len(report["findings"])

    assert listed() == (30, 30)
    assert listed("--limit", "4") == (30, 4)
    assert listed("--limit", "0") == (30, 30)


def test_summary_says_that_it_is_filtered(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["x", "week"]]))
    assert "filtered" not in run("validate", root, "--limit", "1", "--strict").output
    output = run("validate", root, "--rule", "t", "--table", "t", "--severity", "error").output
    assert output.endswith("1 error (filtered by --rule T --table t --severity error)\n")


def test_one_run_writes_several_formats(make_package: Any, tmp_path: Path) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["x", "weak"]]))
    begins = {
        "r.txt": "t.csv:2:1: error T002",
        "r.json": '{\n  "package"',
        "r.jsonl": '{"type": "report"',
        "r.SARIF": '{\n "$schema"',
        "r.sarif.json": '{\n "$schema"',
        "r.xml": "<?xml",
        "r.md": "# Validation",
        "r.csv": "rule,severity",
        "github:r.log": "::error file=t.csv,line=2",
        "conformance:r.list": "[\n {",
        "junit:r.txt.json": "<?xml",
    }
    options = [
        part
        for name in begins
        for form, colon, file in [name.rpartition(":")]
        for part in ("--output", f"{form}{colon}{tmp_path / file}")
    ]
    result = run("validate", root, *options)
    assert result.exit_code == 1
    assert result.output.startswith("t.csv:2:1: error T002")
    for name, begin in begins.items():
        text = (tmp_path / name.rpartition(":")[2]).read_text(encoding="utf-8")
        assert text.startswith(begin), name
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_printed(form: str, make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["x", "weak"]]))
    result = run("validate", root, "--format", form)
    assert result.exit_code == 1
    assert result.output.endswith("\n")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["report.pdf"], "does not tell its format; end it in .txt, .json"),
        (["html:report"], "FORMAT is text, json, jsonl, github, sarif"),
        (["report"], "does not tell its format"),
        (["json:"], "does not tell its format"),
        (["no-such-folder/report.json"], "no folder no-such-folder"),
        (["json:."], ". is a folder"),
        (["report.json", "sarif:report.json"], "two reports cannot go to one file"),
    ],
)
def test_wrong_output_is_said_before_the_run(
    files: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolkit import checks

    monkeypatch.setattr(checks, "validate", None)
    options = [part for file in files for part in ("--output", file)]
    result = run("validate", REPOSITORY, *options)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_output_goes_through_links_and_into_pipes(make_package: Any, tmp_path: Path) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["1", "weak"]]))
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    os.mkfifo(tmp_path / "pipe.json")
    reader = os.open(tmp_path / "pipe.json", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link.json", "pipe.json"):
        assert run("validate", root, "--output", tmp_path / name).exit_code == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_bytes() == os.read(reader, 100_000)
    os.close(reader)


def test_files_are_named_from_here_where_that_leads_to_them(
    make_package: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_package("a b", t=(SCHEMA, [["id", "word"], ["x", "weak"]]))
    monkeypatch.chdir(tmp_path)
    for package in (root, "a b", root / "datapackage.json"):
        assert run("validate", package).output.startswith("a b/t.csv:2:1: error")
    assert "file=a b/t.csv," in run("validate", root, "--format", "github").output
    assert '"a%20b/t.csv"' in run("validate", root, "--format", "sarif").output
    assert '"file": "t.csv"' in run("validate", root, "--format", "json").output
    monkeypatch.chdir(root)
    assert run("validate").output.startswith("t.csv:2:1: error")


def test_a_step_of_github_actions_gets_its_summary(
    make_package: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["x", "weak"]]))
    summary = tmp_path / "summary.md"
    summary.write_text("Before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run("validate", root)
    assert summary.read_text(encoding="utf-8") == "Before\n"
    run("validate", root, "--format", "github")
    assert summary.read_text(encoding="utf-8").startswith("Before\n# Validation of generated")


@pytest.mark.parametrize(
    ("terminal", "no_colour", "coloured"),
    [(True, "", True), (True, "1", False), (False, "", False)],
)
def test_colour_is_for_terminals(
    terminal: bool, no_colour: str, coloured: bool, make_package: Any
) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["x", "weak"]]))
    ours, theirs = pty.openpty() if terminal else os.pipe()
    subprocess.run(
        [sys.executable, "-m", "toolkit", "validate", str(root)],
        stdout=theirs,
        env=os.environ | {"NO_COLOR": no_colour},
        check=False,
    )
    output = os.read(ours, 100_000)
    os.close(ours)
    os.close(theirs)
    assert b"error T002" in output
    assert (b"\x1b[31m" in output) == coloured


@pytest.mark.parametrize("form", FORMATS)
def test_names_that_are_no_text_can_be_written(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolkit import checks
    from toolkit.findings import Group, Report, builtin_rule

    one = builtin_rule("T002").finding("\udcff.csv", "x", table="\ud800", column="\ud800", line=2)
    group = Group(one.rule, one.severity, one.file, one.table, one.column, 1, (one,))
    monkeypatch.setattr(checks, "validate", lambda path, **_: Report("\ud800", "1", (group,)))
    result = run("validate", tmp_path, "--format", form, "--output", f"{form}:{tmp_path / 'r'}")
    assert result.exit_code == 1
    assert (tmp_path / "r").read_text(encoding="utf-8") == result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "no-such-folder"),
        ("validate", "--no-such-option"),
        ("validate", ".", "--format", "xml"),
        ("build", "no-such-folder"),
        ("explain", "Z999"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_exits_2_without_a_traceback(arguments: tuple[str, ...]) -> None:
    result = process(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr


def test_folder_without_descriptor_is_a_finding(tmp_path: Path) -> None:
    result = process("validate", cwd=tmp_path)
    assert result.returncode == 1
    assert "D001" in result.stdout


def test_explain_prints_the_page_of_every_rule() -> None:
    listed = run("rules", REPOSITORY).output.splitlines()
    codes = [line.split()[0] for line in listed]
    assert len(codes) == len(set(codes))
    for code in codes:
        page = run("explain", code, "--package", REPOSITORY).output
        for heading in ("What it checks", "Why", "Bad", "Good", "How to mend it"):
            assert f"\n{heading}\n  " in page, code


def test_explain_suggests_a_rule() -> None:
    result = run("explain", "K05", "--package", REPOSITORY)
    assert result.exit_code == 2
    assert "Did you mean K0" in result.output


def test_a_package_cannot_plant_a_module(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["id", "word"], ["1", "weak"]]))
    (root / "frictionless_evil.py").write_text("raise SystemExit(99)", encoding="utf-8")
    (root / "duckdb.py").write_text("raise SystemExit(99)", encoding="utf-8")
    assert process("validate", cwd=root).returncode == 0


def test_unexpected_failure_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from toolkit import checks
    from toolkit import cli as command_line

    def fail(path: Path) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.delenv("TOOLKIT_DEBUG", raising=False)
    monkeypatch.setattr(checks, "validate", fail)
    monkeypatch.setattr(sys, "argv", ["toolkit", "validate", str(REPOSITORY)])
    with pytest.raises(SystemExit) as stop:
        command_line.main()
    assert stop.value.code == 2
