"""Canonical form: what a fix writes, what it leaves alone, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import stat
import unicodedata
from pathlib import Path
from typing import Any

import polars
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, REPOSITORY, write_package
from toolkit.checks import validate
from toolkit.checks.run import checked_database
from toolkit.cli import cli
from toolkit.edit import Change, NotWritten
from toolkit.edit.fix import plan_fixes, write
from toolkit.edit.unified import unified
from toolkit.package import Dialect, Field, load_package
from toolkit.package.canonical import canonical_texts, fixed_texts, iso_date
from toolkit.package.schema import parse_schema
from toolkit.tables.canonical import take_apart
from toolkit.tables.scan import Role, records

WORDS = {"name": "word", "type": "string"}
SCHEMA = {
    "fields": [{"name": "id", "type": "integer"}, WORDS, {"name": "day", "type": "date"}],
    "primaryKey": "id",
}
HEADER = b"id,word,day\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def fixed(root: Path, name: str = "t.csv") -> bytes:
    result = run("fix", root)
    assert result.exit_code == 0, result.output
    return (root / name).read_bytes()


def field(**descriptor: Any) -> Field:
    schema, faults = parse_schema({"fields": [{"name": "a", **descriptor}]}, "s.json", "t", {})
    assert not faults
    return schema.fields[0]


# Cells


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-12-05", "2024-12-05"),
        ("2024-12-5", "2024-12-05"),
        ("2024/12/05", "2024-12-05"),
        ("2024.12.05", "2024-12-05"),
        ("20241205", "2024-12-05"),
        ("2024-12-05 00:00:00", "2024-12-05"),
        ("2024-12-05T00:00:00.000", "2024-12-05"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("05.05.2024", "2024-05-05"),
        ("5 December 2024", "2024-12-05"),
        ("5-Dec-2024", "2024-12-05"),
        ("December 5, 2024", "2024-12-05"),
        ("Sept. 5 2024", "2024-09-05"),
        # May be two days, or none.
        ("05/12/2024", None),
        ("05.12.2024", None),
        ("20101112", "2010-11-12"),
        ("18101907", None),
        ("2024-12-05 10:00", None),
        ("2024-12-05T00:00:00Z", None),
        ("5/12/24", None),
        ("31/11/2024", None),
        ("2024-13-05", None),
        ("2024/12-05", None),
        ("May 2024", None),
        ("45631", None),
        ("tomorrow", None),
        ("٢٠٢٤-١٢-٠٥", None),
    ],
)
def test_a_day_is_read_where_it_can_only_be_one(text: str, day: str | None) -> None:
    assert iso_date(text) == day


@pytest.mark.parametrize(
    ("descriptor", "text", "result"),
    [
        ({"type": "string"}, " Hama\t\u00a0", "Hama"),
        ({"type": "string"}, "cafe\u0301", "caf\u00e9"),
        ({"type": "string"}, "a\r\nb\rc", "a\nb\nc"),
        ({"type": "string"}, "a  b", "a  b"),
        ({"type": "string"}, "2024/12/05", "2024/12/05"),
        ({"type": "string"}, "   ", ""),
        ({"type": "string", "missingValues": ["", "NA"]}, " NA", " NA"),
        ({"type": "string", "missingValues": [" "]}, " ", " "),
        ({"type": "string", "constraints": {"enum": [" a", "b"]}}, " a", " a"),
        ({"type": "string", "constraints": {"enum": ["weak", "fair"]}}, "Weak ", "weak"),
        ({"type": "string", "constraints": {"enum": ["weak", "Weak"]}}, "WEAK", "WEAK"),
        ({"type": "string", "constraints": {"enum": ["weak", "fair"]}}, "week", "week"),
        ({"type": "date"}, " 5 December 2024", "2024-12-05"),
        ({"type": "date"}, "05/12/2024", "05/12/2024"),
        ({"type": "date", "format": "%d/%m/%Y"}, "25/12/2024", "25/12/2024"),
        ({"type": "date", "format": "any"}, "25/12/2024", "2024-12-25"),
        ({"type": "datetime"}, "2024-12-05 10:00:00Z", "2024-12-05T10:00:00Z"),
        ({"type": "datetime"}, "2024-13-05 10:00:00", "2024-13-05 10:00:00"),
        ({"type": "integer"}, "5.0", "5"),
        ({"type": "integer"}, "5.000", "5.000"),
        ({"type": "integer"}, "5.5", "5.5"),
        ({"type": "integer", "groupChar": "."}, "5.00", "5.00"),
        ({"type": "boolean", "trueValues": ["true"]}, "TRUE", "true"),
        ({"type": "boolean"}, "TRUE", "TRUE"),
        ({"type": "boolean"}, "yes", "yes"),
        ({"type": "list", "delimiter": " "}, " a b", " a b"),
    ],
)
def test_a_cell_becomes_what_it_means(descriptor: dict[str, Any], text: str, result: str) -> None:
    function = fixed_texts(field(**descriptor))
    assert function(text) == result
    assert function(result) == result


# Files


def test_everything_at_once(make_package: Any) -> None:
    content = (
        '\ufeffid,word,day\r\n10,"b",2024/12/05\r\n 9 ,Ha\u0301ma ,\r\n2.0,"x, y",2024-12-01'
    ).encode()
    root = make_package(t=(SCHEMA, content))
    result = run("fix", root)
    assert result.exit_code == 0
    assert result.output == (
        "t.csv: F001 byte-order-mark, F002 line-end, F003 final-line-end, F004 needless-quoting, "
        "F005 row-order, F006 not-composed (1 cell), F007 outer-space (2 cells), "
        "T002 type-integer (1 cell), T005 type-date (1 cell)\n1 file fixed\n"
    )
    expected = 'id,word,day\n2,"x, y",2024-12-01\n9,H\u00e1ma,\n10,b,2024-12-05\n'
    assert (root / "t.csv").read_text(encoding="utf-8") == expected
    assert run("fix", root).output == "nothing to fix\n"
    assert not list(root.glob(".*"))


def test_this_repository_is_canonical() -> None:
    package, _ = load_package(REPOSITORY)
    assert package.canonical
    plan = plan_fixes(REPOSITORY)
    assert (plan.fixes, plan.refused, plan.left) == ([], [], [])


def test_check_and_diff_write_nothing(make_package: Any) -> None:
    content = HEADER + b"1,a\x1b[31m,\r\n".replace(b"\x1b", "\u202e".encode()) + b"2,b,\r\n"
    root = make_package(t=(SCHEMA, content))
    checked, shown = run("fix", root, "--check"), run("fix", root, "--diff")
    assert (checked.exit_code, shown.exit_code) == (1, 0)
    assert run("fix", root, "--diff", "--check").exit_code == 1
    assert checked.output.endswith("1 file to fix\n")
    assert shown.stdout == (
        "--- a/t.csv\n+++ b/t.csv\n@@ -1,3 +1,3 @@\n id,word,day\n"
        "-1,a\\u202e[31m,\\r\n-2,b,\\r\n+1,a\\u202e[31m,\n+2,b,\n"
    )
    assert (root / "t.csv").read_bytes() == content
    assert sorted(path.name for path in root.iterdir()) == ["datapackage.json", "t.csv"]
    fixed(root)
    assert run("fix", root, "--check").exit_code == 0


def test_a_log_of_ci_obeys_nothing_that_a_diff_shows(make_package: Any) -> None:
    root = make_package(
        t=({"fields": [WORDS, WORDS | {"name": "b"}]}, b"word,b\n::error::x,##[a]\nz,y \n")
    )
    output = run("fix", root, "--diff").stdout
    assert " ::error" not in output
    assert "##[" not in output


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'1,"a,\n', "t.csv:2:3: S003"),
        (b'1,a"b,\n', "t.csv:2:3: S002"),
        (b"1,a\n", "t.csv:2:4: S004"),
        (b"1,a,,x\n", "t.csv:2:6: S005"),
        (b"1,\xff,\n", "t.csv:2:3: S001"),
        (b"1,a\x01,\n", "t.csv:2:3: S013"),
        (b"1,a,\n,,\n", "t.csv:3:1: S006"),
    ],
)
def test_faults_of_structure_are_refused(make_package: Any, content: bytes, place: str) -> None:
    other = HEADER + b"2,x ,\n"
    root = make_package(t=(SCHEMA, HEADER + content), u=(SCHEMA, other))
    for arguments in ([], ["--check"], ["--diff"]):
        result = run("fix", root, *arguments)
        assert result.exit_code == 1
        assert place in result.output
        assert result.output.endswith("toolkit: nothing was fixed; mend this first\n")
    assert (root / "t.csv").read_bytes() == HEADER + content
    assert (root / "u.csv").read_bytes() == other


def test_what_leaves_no_doubt_is_mended(make_package: Any) -> None:
    mixed = HEADER + b"1,a,\r\n2,b,\n"
    blank = HEADER + b"1,a,\n\n  \n2,b,\n\n\n"
    order = b"word,id,day\na,1,\nb,2,\n"
    old = HEADER.replace(b"\n", b"\r") + b"1,a,\r2,b,\r"
    root = make_package(
        mixed=(SCHEMA, mixed), blank=(SCHEMA, blank), order=(SCHEMA, order), old=(SCHEMA, old)
    )
    assert run("fix", root).exit_code == 0
    for name in ("mixed", "blank", "order", "old"):
        assert (root / f"{name}.csv").read_bytes() == HEADER + b"1,a,\n2,b,\n", name


def test_keys_that_differ_in_capitals_only_are_mended(make_package: Any) -> None:
    place = {"fields": [WORDS], "primaryKey": "word"}
    child = {
        "fields": [{"name": "id", "type": "integer"}, WORDS],
        "foreignKeys": [{"fields": "word", "reference": {"resource": "place", "fields": "word"}}],
    }
    root = make_package(
        place=(place, b"word\nHoms\nhoms\nhama\n"), t=(child, b"id,word\n1,Hama\n2,HOMS\n3,hamma\n")
    )
    found = {one.value: one.fix for one in validate(root).findings if one.rule == "K005"}
    assert found == {"Hama": "hama", "HOMS": None, "hamma": None}
    assert fixed(root) == b"id,word\n1,hama\n2,HOMS\n3,hamma\n"


def test_a_key_that_would_stand_twice_is_refused(make_package: Any) -> None:
    schema = {"fields": [WORDS, {"name": "n", "type": "integer"}], "primaryKey": "word"}
    root = make_package(t=(schema, b"word,n\nhama,1\nhama ,2\n"))
    result = run("fix", root)
    assert result.exit_code == 1
    assert "t.csv:3:1: K001  word would stand twice once it is fixed" in result.output
    assert (root / "t.csv").read_bytes() == b"word,n\nhama,1\nhama ,2\n"


def test_a_key_that_would_be_lost_is_refused(make_package: Any) -> None:
    code = {**WORDS, "constraints": {"enum": [" a", "b"]}}
    child = {
        "fields": [WORDS, {"name": "n", "type": "integer"}],
        "foreignKeys": [{"fields": "word", "reference": {"resource": "place", "fields": "word"}}],
    }
    root = make_package(
        place=({"fields": [code], "primaryKey": "word"}, b"word\n a\nb\n"),
        t=(child, b"word,n\nb,1\n a,2\n"),
    )
    result = run("fix", root)
    assert result.exit_code == 1
    assert "t.csv:3:1: K005  word would be no key of place any more" in result.output


def test_rows_with_a_waiver_stay_as_they_are(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, HEADER + b"1,a ,2024/12/05\n2,b ,2024/12/05\n"))
    (root / "schemas").mkdir()
    (root / "schemas" / "waivers.csv").write_text(
        "rule,table,key,reason,until\nT005,t,1,As printed,2099-01-01\n", encoding="utf-8"
    )
    assert fixed(root) == HEADER + b"1,a ,2024/12/05\n2,b,2024-12-05\n"


@pytest.mark.parametrize(
    ("dialect", "content", "result"),
    [
        ({"delimiter": ";"}, '1;"a";\n', "1;a;\n"),
        ({"delimiter": ";"}, '1;"a;b";\n', '1;"a;b";\n'),
        ({"delimiter": "::"}, '1::"a"::\n', "1::a::\n"),
        ({"quoteChar": "'"}, "1,'a',\n2,'b,c',\n", "1,a,\n2,'b,c',\n"),
        ({"doubleQuote": False, "escapeChar": "\\"}, '1,"a\\"b",\n', '1,"a\\"b",\n'),
        ({"quoteChar": "", "escapeChar": "\\"}, "1,a\\,b ,\n", "1,a\\,b,\n"),
        ({"skipInitialSpace": True}, "1, a, \n", "1,a,\n"),
        ({"commentChar": "#"}, '#"x" \n1,"#a",\n', '#"x" \n1,#a,\n'),
        ({"commentChar": "#", "header": False}, '"#1",a,\n', '"#1",a,\n'),
        ({"commentChar": "#"}, '2,"a",\n# of 1\n1,b,\n', "2,a,\n# of 1\n1,b,\n"),
        ({"lineTerminator": "\r\n"}, "1,a,\n", "1,a,\r\n"),
        ({"lineTerminator": "|"}, '1,"a",|2,"b|",', '1,a,|2,"b|",|'),
        ({"header": False}, "2,b,\n1,a,\n", "1,a,\n2,b,\n"),
    ],
)
def test_the_dialect_is_kept(
    tmp_path: Path, dialect: dict[str, Any], content: str, result: str
) -> None:
    end = dialect.get("lineTerminator", "\n")
    header = ["id", "word", "day"] if dialect.get("header", True) else []
    head = dialect.get("delimiter", ",").join(header) + (end if header else "")
    write_package(tmp_path, {"t": (SCHEMA, (head + content).encode())})
    descriptor = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0]["dialect"] = dialect
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert fixed(tmp_path).decode() == head + result
    assert run("fix", tmp_path, "--check").exit_code == 0
    # The only number that is none is there for the mark with which it begins.
    faults = {"T002"} if result.startswith('"#1') else set()
    assert {one.rule for one in validate(tmp_path).findings} == faults


def test_a_stated_encoding_is_kept(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, "id,word,day\n1,café ,\n".encode("cp1252")))
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0]["encoding"] = "cp1252"
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert fixed(root) == "id,word,day\n1,café,\n".encode("cp1252")


def test_the_mode_is_kept_and_no_other_file_is_touched(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, HEADER + b"1,a ,\n"), u=(SCHEMA, HEADER + b"1,a,\n"))
    (root / "t.csv").chmod(0o640)
    (root / ".t.csv.part").write_bytes(b"mine")
    before = (root / "u.csv").stat()
    fixed(root)
    assert stat.S_IMODE((root / "t.csv").stat().st_mode) == 0o640
    after = (root / "u.csv").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    names = sorted(path.name for path in root.iterdir())
    assert names == [".t.csv.part", "datapackage.json", "t.csv", "u.csv"]


def test_links_are_refused(make_package: Any, tmp_path: Path) -> None:
    content = HEADER + b"1,a ,\n"
    root = make_package(t=(SCHEMA, content), u=(SCHEMA, content))
    (root / "t.csv").rename(root / "real.csv")
    (root / "t.csv").symlink_to("real.csv")
    result = run("fix", root)
    assert result.exit_code == 1
    assert "t.csv: D008  the file is a link, or lies behind one" in result.output
    assert (root / "real.csv").read_bytes() == (root / "u.csv").read_bytes() == content
    (tmp_path / "outside.csv").write_bytes(content)
    (root / "t.csv").unlink()
    (root / "t.csv").symlink_to(tmp_path / "outside.csv")
    result = run("fix", root)
    assert result.exit_code == 1
    assert "D008" in result.output
    assert (tmp_path / "outside.csv").read_bytes() == content


def test_a_file_of_two_resources_is_refused(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, HEADER + b"1,a ,\n"), u=(SCHEMA, HEADER + b"1,a,\n"))
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][1]["path"] = "./t.csv"
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    result = run("fix", root)
    assert result.exit_code == 1
    assert "the file is that of the resource t as well" in result.output


def test_files_with_a_stated_hash_are_left_alone(make_package: Any) -> None:
    content = HEADER + b"1,a ,\n"
    root = make_package(t=(SCHEMA, content), u=(SCHEMA, content))
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0]["bytes"] = len(content)
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    result = run("fix", root)
    assert result.exit_code == 0
    assert "t.csv: left alone, for the descriptor states its bytes" in result.output
    assert (root / "t.csv").read_bytes() == content
    assert (root / "u.csv").read_bytes() == HEADER + b"1,a,\n"


def test_all_files_are_made_before_any_is_replaced(
    make_package: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = HEADER + b"1,a ,\n"
    root = make_package(t=(SCHEMA, content), u=(SCHEMA, content))
    plan = plan_fixes(root)
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(plan)
    assert {(root / name).read_bytes() for name in ("t.csv", "u.csv")} == {content}
    assert sorted(path.name for path in root.iterdir()) == ["datapackage.json", "t.csv", "u.csv"]


def test_a_file_that_changes_in_the_meantime_is_not_overwritten(make_package: Any) -> None:
    root = make_package(t=(SCHEMA, HEADER + b"1,a ,\n"))
    plan = plan_fixes(root)
    (root / "t.csv").write_bytes(HEADER + b"1,other ,\n")
    with pytest.raises(NotWritten, match="was changed by somebody else"):
        write(plan)
    assert (root / "t.csv").read_bytes() == HEADER + b"1,other ,\n"


def test_what_a_killed_fix_left_is_put_back(
    make_package: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = HEADER + b"1,a ,\n"
    root = make_package(t=(SCHEMA, content), u=(SCHEMA, content))

    def killed(folder: Path, changes: list[Change]) -> None:
        (folder / "0.after").replace(changes[0].file)
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("toolkit.edit.write._exchange", killed)
        with pytest.raises(RuntimeError):
            write(plan_fixes(root))
    assert (root / "t.csv").read_bytes() != content
    result = run("fix", root)
    assert result.exit_code == 0
    assert "t.csv was put back: a write had been interrupted" in result.output
    assert {(root / name).read_bytes() for name in ("t.csv", "u.csv")} == {HEADER + b"1,a,\n"}
    assert sorted(path.name for path in root.iterdir()) == ["datapackage.json", "t.csv", "u.csv"]


def test_a_folder_without_descriptor_is_refused(tmp_path: Path) -> None:
    result = run("fix", tmp_path)
    assert result.exit_code == 1
    assert "D001" in result.output


@pytest.mark.parametrize("side", ["bad", "good"])
def test_fixes_follow_the_rules(side: str, tmp_path: Path) -> None:
    cases = sorted((DATA / side).glob("F*"))
    assert cases
    for case in cases:
        root = tmp_path / case.name
        shutil.copytree(case, root)
        found = {one.rule for one in validate(root).findings}
        counts = {code for one in plan_fixes(root).fixes for code in one.counts}
        if load_package(root)[0].canonical:
            assert counts == found, case.name
        fixed(root, "data/events.csv")
        assert [one.rule for one in validate(root).findings] == [], case.name


def test_findings_tell_the_fix(make_package: Any) -> None:
    schema = {
        "fields": [
            {"name": "id", "type": "integer"},
            {**WORDS, "constraints": {"enum": ["weak", "fair"]}},
            {"name": "day", "type": "date"},
        ]
    }
    rows = b"1,Weak,2024/12/05\n2,week,05/12/2024\n3.0,fair,\n"
    root = make_package(t=(schema, HEADER + rows))
    found = {(one.rule, one.record): one.fix for one in validate(root).findings}
    assert found == {
        ("C009", 2): "weak",
        ("T005", 2): "2024-12-05",
        ("C009", 3): None,
        ("T005", 3): None,
        ("T002", 4): "3",
    }
    report = json.loads(run("validate", root, "--format", "json").output)
    assert {one["fix"] for one in report["findings"]} == {"weak", "2024-12-05", "3", None}
    assert "fix: 2024-12-05 (toolkit fix writes it)" in run("validate", root).output
    assert fixed(root) == HEADER + b"1,weak,2024-12-05\n2,week,05/12/2024\n3,fair,\n"


# Properties

TEXTS = st.text(st.sampled_from("ab\"', ;\n\t#\\e\u0301\u00e9\u00a0\u0628ﬁ="), max_size=6)
FIELDS = [
    {"name": "key", "type": "string"},
    {"name": "number", "type": "integer"},
    {"name": "text", "type": "string", "missingValues": ["", "NA", " b"]},
    {"name": "day", "type": "date"},
    {"name": "any", "type": "date", "format": "any"},
    {"name": "flag", "type": "boolean"},
    {"name": "items", "type": "list", "delimiter": ";"},
    {"name": "row", "type": "integer"},
]
DAYS = st.sampled_from(["", "2024-12-05", "2024-12-31", "2024/12/05", "5 May 2024", "05/12/2024"])
ROW = st.tuples(
    TEXTS,
    st.sampled_from(["", "1", "+2", "-3", "007", " 4", "5.0", "x"]),
    st.one_of(TEXTS, st.sampled_from(["NA", " NA", " b", "\u00e9", "e\u0301 "])),
    DAYS,
    DAYS,
    st.sampled_from(["", "true", "TRUE", "0", "tRUE"]),
    TEXTS,
)
DIALECTS = st.sampled_from(
    [
        {},
        {"delimiter": ";"},
        {"delimiter": "\t", "lineTerminator": "\r\n"},
        {"quoteChar": "'"},
        {"escapeChar": "\\", "doubleQuote": False},
        {"commentChar": "#"},
        {"skipInitialSpace": True},
        {"delimiter": "; "},
    ]
)


def spell(cell: str, dialect: dict[str, Any], bare: bool, first: bool) -> str:
    """Write a cell, in quotation marks unless it may go without."""
    mark, quote = dialect.get("delimiter", ","), dialect.get("quoteChar", '"')
    escape = dialect.get("escapeChar", "")
    special = (mark, quote, "\n", "\r", *([escape] if escape else []))
    comment = first and cell.startswith(dialect.get("commentChar", "\0"))
    space = cell[:1] in (" ", "\t") and bool(dialect.get("skipInitialSpace"))
    # A delimiter of two characters must not come about at the seam.
    seam = len(mark) > 1 and cell.endswith(mark[0])
    if bare and not comment and not space and not seam and not any(one in cell for one in special):
        return cell
    inner = cell.replace(escape, escape * 2) if escape else cell
    return quote + inner.replace(quote, (escape or quote) + quote) + quote


def loosely(value: Any) -> Any:
    """Return a typed value without what canonical form changes in texts."""
    if not isinstance(value, str):
        return value
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip() or None


def typed(root: Path) -> tuple[dict[int, list[Any]], set[tuple[int, str]]]:
    """Return the typed rows by their number, and which of their cells are not of their type."""
    with checked_database(root, limit=0) as (database, report):
        rows = database.con.execute("SELECT * FROM t").fetchall()
        names = [column[0] for column in database.con.description or ()]
        found = {(one.record, one.column) for one in report.findings if one.rule[0] == "T"}
    row, record = names.index("row"), names.index("_record")
    numbers = {one[record]: one[row] for one in rows}
    values = {one[row]: [loosely(value) for value in one[: len(FIELDS)]] for one in rows}
    return values, {(numbers[at], column) for at, column in found}


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(ROW, min_size=1, max_size=6),
    dialect=DIALECTS,
    bare=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
    final=st.booleans(),
    key=st.sampled_from([[], ["key"], ["number"], ["number", "key"]]),
)
def test_no_value_changes_and_no_cell_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    dialect: dict[str, Any],
    bare: bool,
    end: str,
    bom: bool,
    final: bool,
    key: list[str],
) -> None:
    root = tmp_path_factory.mktemp("fix")
    names = [one["name"] for one in FIELDS]
    rows = [(*row, str(number)) for number, row in enumerate(rows)]
    mark = dialect.get("delimiter", ",")
    lines = [
        mark.join(spell(cell, dialect, bare, index == 0) for index, cell in enumerate(row))
        for row in [tuple(names), *rows]
    ]
    text = ("\ufeff" if bom else "") + end.join(lines) + (end if final else "")
    schema = {"fields": FIELDS, **({"primaryKey": key} if key else {})}
    write_package(root, {"t": (schema, text.encode())})
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0]["dialect"] = dialect
    descriptor["canonicalForm"] = True
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    plan = plan_fixes(root)
    if plan.refused:
        # Keys that outer space, or a decimal nought, alone tells apart.
        assert {one.rule for one in plan.refused} == {"K001"}
        return
    before, faults = typed(root)
    write(plan)
    after, left = typed(root)
    assert left <= faults
    assert before.keys() == after.keys() == set(range(len(rows)))
    for row, values in before.items():
        for one, old, new in zip(FIELDS, values, after[row], strict=True):
            # Nothing but a cell that had no value of its type may get one.
            assert old == new or (old is None and (row, one["name"]) in faults - left), one
    texts = {row[-1]: row for row in cells_of(root)[1:]}
    for row in rows:
        assert texts[row[-1]][0] == canonical_texts(None)(row[0])
    again = plan_fixes(root)
    assert not again.fixes
    assert not again.refused
    assert not [one for one in validate(root).findings if one.rule[0] == "F"]


def cells_of(root: Path) -> list[list[str]]:
    dialect = load_package(root)[0].resources[0].dialect
    text = (root / "t.csv").read_bytes().decode("utf-8").removeprefix("\ufeff")
    return [one.cells for one in records(text, dialect) if one.role != Role.SKIPPED]


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=8),
    bare=st.booleans(),
    header=st.booleans(),
)
def test_the_quick_reader_sees_what_the_scanner_sees(
    rows: list[list[str]], bare: bool, header: bool
) -> None:
    width = len(rows[0])
    rows = [(row + [""] * width)[:width] for row in rows]
    text = "".join(",".join(spell(cell, {}, bare, False) for cell in row) + "\n" for row in rows)
    dialect = Dialect(header=header)
    form = take_apart(text, dialect, width)
    scanned = [record.cells for record in records(text, dialect)]
    assert [*form.head, *map(list, form.cells.rows())] == scanned == rows
    quick = take_apart(text, dialect, width, blank=True)
    assert form.cells.equals(quick.cells)


# The diff


def patched(old: str, diff: list[str]) -> str:
    """Apply a unified diff, as the program patch does."""
    lines, result, at = old.split("\n"), [], 0
    for line in diff[2:]:
        if line.startswith("@@"):
            first = line.split()[1].lstrip("-").split(",")
            start = int(first[0]) - (first[-1] != "0" or len(first) == 1)
            result += lines[at:start]
            at = start
        elif line.startswith("+"):
            result.append(line[1:])
        elif line.startswith(("-", " ")):
            assert lines[at] == line[1:]
            result += [line[1:]] if line[0] == " " else []
            at += 1
    return "\n".join(result + lines[at:])


@pytest.mark.parametrize("large", [20_000, 0])
@given(
    old=st.lists(st.sampled_from("abc\u2028"), max_size=30),
    new=st.lists(st.sampled_from("abc\u2028"), max_size=30),
)
def test_a_diff_can_be_applied(large: int, old: list[str], new: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.edit.unified._LARGE", large)
        before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
        assert patched(before, list(unified("t.csv", before, after))) == after


def test_a_diff_tells_a_missing_line_end() -> None:
    assert list(unified("t", "a\nb", "a\nb\n")) == [
        "--- a/t",
        "+++ b/t",
        "@@ -1,2 +1,2 @@",
        " a",
        "-b",
        "\\ No newline at end of file",
        "+b",
    ]


def test_a_million_cells_are_columns(make_package: Any) -> None:
    rows = 100_000
    frame = polars.DataFrame({"id": range(rows, 0, -1), "word": ["Hama "] * rows, "day": ""})
    root = make_package(t=(SCHEMA, frame.write_csv().encode()))
    (fix,) = plan_fixes(root).fixes
    assert fix.counts["F007"] == rows
    lines = fix.after.split("\n")
    assert lines[1] == "1,Hama,"
    assert lines[rows] == f"{rows},Hama,"
