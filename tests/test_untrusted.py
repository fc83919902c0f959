"""A package from a stranger reads and writes nothing outside, and prints nothing harmful."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from toolkit.checks import validate
from toolkit.cli import cli
from toolkit.release import build_release
from toolkit.render import render_markdown, render_text
from toolkit.tables import queries

SCHEMA = {"fields": [{"name": "a", "type": "string"}], "primaryKey": "a"}
HEADER = "\n".join(
    f"-- {key}: text" if key != "severity" else "-- severity: error"
    for key in ("title", "severity", "what", "why", "bad", "good", "hint")
)
COLUMNS = "'t' as table_name, 'x' as key, 'a' as column_name, 'x' as value"


def with_query(root: Path, sql: str) -> None:
    folder = root / "schemas" / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "X001-attack.sql").write_text(f"{HEADER}\n{sql}\n", encoding="utf-8")


@pytest.mark.parametrize(
    "sql",
    [
        f"select {COLUMNS}, content as message from read_text('{{secret}}')",
        f"select {COLUMNS}, content::varchar as message from read_blob('{{secret}}')",
        f"select {COLUMNS}, column0 as message from read_csv('{{secret}}', header = false)",
        f"select {COLUMNS}, column0 as message from '{{secret}}'",
        f"select {COLUMNS}, file as message from glob('{{folder}}/*')",
        f"select {COLUMNS}, j::varchar as message from read_json('{{secret}}') j",
        f"select {COLUMNS}, a::varchar as message from read_parquet('http://127.0.0.1/x') a",
        f"select {COLUMNS}, m as message from query('copy t to ''{{target}}''') q(m)",
        "copy t to '{target}'",
        "export database '{target}'",
        "attach '{target}' as other",
        "create table leaked as select 1",
        "drop view t",
        "insert into cells.t0 values (1)",
        f"with w as (delete from cells.t0 returning *) select {COLUMNS}, 'x' as message from w",
        f"with w as (update cells.t0 set f0 = 'y' returning *) select {COLUMNS}, f0 from w",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma database_list",
        "call pragma_version()",
        "begin",
        f"select {COLUMNS}, 'x' as message; copy t to '{{target}}'",
        "checkpoint",
        "vacuum",
        "explain analyze select 1",
        "",
    ],
)
def test_a_query_rule_reaches_nothing(sql: str, make_package: Any, tmp_path: Path) -> None:
    root = make_package(t=(SCHEMA, [["a"], ["x"]]))
    secret = tmp_path / "secret.txt"
    secret.write_text("private", encoding="utf-8")
    target = tmp_path / "stolen"
    sql = sql.replace("{secret}", str(secret)).replace("{target}", str(target))
    with_query(root, sql.replace("{folder}", str(tmp_path)))
    before = sorted(tmp_path.rglob("*"))
    report = validate(root)
    assert [finding.rule for finding in report.findings] == ["D011"]
    assert "private" not in json.dumps(report.to_dict())
    assert sorted(tmp_path.rglob("*")) == before


def test_an_endless_query_is_stopped(make_package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "TIME_LIMIT_SECONDS", 0.2)
    root = make_package(t=(SCHEMA, [["a"], ["x"]]))
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) "
    with_query(root, f"{endless}select {COLUMNS}, max(i)::varchar as message from n")
    (finding,) = validate(root).findings
    assert finding.rule == "D011"
    assert "took longer" in finding.message


@pytest.mark.parametrize(
    "expression",
    [
        "a = (SELECT content FROM read_text('/etc/hostname'))",
        "a IN (SELECT a FROM self)",
        "read_csv('/etc/hostname')",
        "a",
        "a = 'x'; a = 'y'",
        "b = 'x'",
        "",
        "a = ",
    ],
)
def test_a_row_rule_is_an_expression_over_the_row(expression: str, make_package: Any) -> None:
    rule = {
        "code": "R001",
        "name": "attack",
        "severity": "error",
        "columns": ["a"],
        "expression": expression,
        "message": "m",
        "hint": "h",
        "why": "w",
        "bad": "b",
        "good": "g",
    }
    root = make_package(t=({**SCHEMA, "rules": [rule]}, [["a"], ["x"]]))
    assert [finding.rule for finding in validate(root).findings] == ["D011"]


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv",
        "data/../../outside.csv",
        "/etc/hostname",
        "~/outside.csv",
        "https://example.org/a.csv",
        "file:///etc/hostname",
        "s3://bucket/a.csv",
        "C:\\outside.csv",
        "link.csv",
        "folder/outside.csv",
    ],
)
def test_a_path_stays_inside(path: str, make_package: Any, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "outside.csv").write_text("a\nprivate\n", encoding="utf-8")
    (tmp_path / "outside.csv").write_text("a\nprivate\n", encoding="utf-8")
    root = make_package(t=(SCHEMA, [["a"], ["x"]]))
    (root / "link.csv").symlink_to(outside / "outside.csv")
    (root / "folder").symlink_to(outside)
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["version"] = "1.0.0"
    descriptor["resources"][0]["path"] = path
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(root)
    assert [finding.rule for finding in report.findings] == ["D008"]
    assert "private" not in json.dumps(report.to_dict())
    _, folder = build_release(root, tmp_path / "dist")
    assert folder is None


def test_special_files_are_not_opened(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, [["a"], ["x"]]))
    (root / "t.csv").unlink()
    os.mkfifo(root / "t.csv")
    assert [finding.rule for finding in validate(root).findings] == ["D007"]


HOSTILE = "\x1b[31mred\x1b]8;;http://example.org\x07\u202eevil\u2066\x9b"


def test_terminal_codes_are_shown_escaped(make_package: Any) -> None:
    schema = {"fields": [{"name": f"n{HOSTILE}", "type": "integer"}]}
    root = make_package(t=(schema, [[f"n{HOSTILE}"], [HOSTILE]]))
    with_query(root, f"select {HOSTILE}")
    output = CliRunner().invoke(cli, ["validate", str(root)]).output
    for char in ("\x1b", "\x07", "\x9b", "\u202e", "\u2066"):
        assert char not in output
    assert "\\x1b[31mred" in output


def test_markup_is_shown_as_text(make_package: Any) -> None:
    cell = "<img src=x onerror=alert(1)> | [link](javascript:x) `code`"
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    text = render_markdown(validate(make_package(t=(schema, [["a"], [cell]]))))
    assert "<img" not in text
    assert "[link](" not in text
    assert " | [" not in text


def test_text_report_of_an_empty_package_is_plain(tmp_path: Path) -> None:
    assert render_text(validate(tmp_path)).startswith("datapackage.json: error D001")
