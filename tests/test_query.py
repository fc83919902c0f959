"""`toolkit query`: sources, parameters, formats, messages, and what is read for a query."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import REPOSITORY
from tests.questions import query, query_process, write_queried
from tests.reading import read_with
from toolkit.query import NoSession, Query, Session, open_source, render, value_of
from toolkit.query.session import mentioned
from toolkit.release import build_release
from toolkit.tables import QueryError

COUNT = "select count(*) as events, sum(deaths) as deaths from events"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_queried(tmp_path_factory.mktemp("query") / "package")


@pytest.fixture(scope="module")
def release(package: Path) -> Path:
    _, folder = build_release(package, package.parent / "dist")
    assert folder is not None
    return folder


@pytest.fixture
def session(package: Path) -> Iterator[Session]:
    with open_source(str(package)) as source, source.session() as opened:
        yield opened


def ask(package: Path, *arguments: object) -> str:
    """Return what a query prints, which must succeed and say nothing else."""
    result = query(*arguments, "--in", package)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


# Sources


@pytest.mark.parametrize("kind", ["folder", "descriptor", "release", "zip", "duckdb", "tag"])
def test_every_source_answers_alike(
    kind: str, package: Path, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: object = {
        "folder": package,
        "descriptor": package / "datapackage.json",
        "release": release,
        "zip": release.with_name(f"{release.name}.zip"),
        "duckdb": next(release.rglob("*.duckdb")),
        "tag": "v1",
    }[kind]
    if kind == "tag":
        work = tmp_path / "work"
        shutil.copytree(package, work)
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for command in (
            ["init", "-q"],
            ["add", "."],
            [*name, "commit", "-q", "-m", "First"],
            ["tag", "v1"],
        ):
            subprocess.run(["git", *command], cwd=work, check=True)
        (work / "events.csv").write_text("event_id,day,kind,deaths,note\n", encoding="utf-8")
        monkeypatch.chdir(work)
    result = query(COUNT, "--in", named, "--format", "csv")
    assert (result.exit_code, result.stdout) == (0, "events,deaths\n3,12\n")
    result = query("from deadly", "--in", named, "--format", "csv")
    assert result.stdout == "event_id,deaths\nfall,12\n"
    result = query("from events_on('2024-12-05')", "--in", named, "--format", "csv")
    assert result.stdout == "event_id,kind\nraid,raid\n"
    result = query("select title from codelists.kind where code = 'talk'", "--in", named)
    assert "Talk" in result.stdout


def test_the_current_folder_is_the_source(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package)
    assert query(COUNT, "--format", "csv").stdout == "events,deaths\n3,12\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nowhere", None, "nowhere is no file and no folder, and revisions cannot be read: git: "),
        ("a.zip", b"no zip", "cannot be read: the zip cannot be read"),
        ("a.json", b"{", "a.json:1: not valid JSON"),
        ("empty", b"", "cannot be read"),
        ("a.duckdb", bytes(8) + b"DUCK" + bytes(5000), "cannot be opened"),
        ("a.duckdb", bytes(8) + b"DUCK", "cannot be opened"),
        ("a.duckdb", bytes(8) + b"DUCK" + bytes(range(256)) * 100, "cannot be opened"),
    ],
)
def test_what_is_no_package_is_refused(
    name: str, content: bytes | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = query("select 1", "--in", name)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "{" not in result.stderr
    assert result.stdout == ""


# SQL


def test_sql_comes_from_argument_file_or_standard_input(package: Path, tmp_path: Path) -> None:
    file = tmp_path / "count.sql"
    file.write_bytes(b"\xef\xbb\xbf-- counts\n" + COUNT.encode() + b";\n-- done;\n")
    expected = "events,deaths\n3,12\n"
    assert ask(package, COUNT, "--format", "csv") == expected
    assert ask(package, "--file", file, "--format", "csv") == expected
    given = query("-", "--in", package, "--format", "csv", given=f"{COUNT};;")
    assert given.stdout == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give one of: SQL, --file, --name, --list."),
        (["select 1", "--list"], "Give one of: SQL, --file, --name, --list."),
        (["select 1", "--name", "kinds"], "Give one of"),
        (["--file", "nowhere.sql"], "does not exist"),
        (["--name", "kind"], "there is no query kind; did you mean kinds?"),
        (["--name", ""], "toolkit query --list tells which are"),
        (["select 1", "--format", "xlsx"], "xlsx needs --output FILE.xlsx."),
        (["select 1", "--format", "parquet"], "parquet needs --output FILE.parquet."),
        (["select 1", "--format", "csv", "--output", "a.json"], "a.json does not end in .csv."),
        (["select 1", "--output", "a.pdf"], "a.pdf should end in .txt, .csv, .json"),
        (["select 1", "--output", "nowhere/a.csv"], "there is no folder nowhere"),
        (["select 1", "--memory", "much"], "'much' is no size of 64MiB or more"),
        (["select 1", "--memory", "1KB"], "'1KB' is no size of 64MiB or more"),
        (["select 1", "--seconds", "0"], "not in the range"),
        (["select $a as a", "-p", "a"], "'a' is not written as name=value"),
        (["select $a as a", "-p", "1=2"], "'1=2' is not written as name=value"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, package: Path) -> None:
    result = query(*arguments, "--in", package)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_named_queries(package: Path) -> None:
    assert ask(package, "--list") == (
        "day-of  What happened on a day? [day=2024-12-08, most=5]\nkinds   Which kinds are there?\n"
    )
    assert ask(package, "--name", "kinds", "--format", "csv") == "code\nbattle\nraid\ntalk\n"
    assert ask(package, "--name", "day-of", "--format", "csv") == "event_id\nfall\n"
    one = ask(package, "--name", "day-of", "-p", "day=2024-12-05", "--format", "csv")
    assert one == "event_id\nraid\n"


def test_a_package_without_queries_says_so(tmp_path: Path) -> None:
    root = write_queried(tmp_path / "package")
    shutil.rmtree(root / "schemas" / "queries")
    assert ask(root, "--list").startswith("No named queries")


# Parameters


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("5", "INTEGER", "5"),
        ("-5", "INTEGER", "-5"),
        ("3000000000", "BIGINT", "3000000000"),
        ("05", "VARCHAR", "05"),
        ("1.50", "DOUBLE", "1.5"),
        ("1e3", "VARCHAR", "1e3"),
        ("9" * 30, "VARCHAR", "9" * 30),
        ("2024-12-05", "DATE", "2024-12-05"),
        ("2024-02-30", "VARCHAR", "2024-02-30"),
        ("true", "BOOLEAN", "true"),
        ("True", "VARCHAR", "True"),
        ("homs", "VARCHAR", "homs"),
        ("a=b", "VARCHAR", "a=b"),
        ("x' or 'a'='a", "VARCHAR", "x' or 'a'='a"),
        ("حمص", "VARCHAR", "حمص"),
        ("", "VARCHAR", ""),
    ],
)
def test_a_parameter_has_the_type_that_it_looks_like(
    text: str, kind: str, shown: str, session: Session
) -> None:
    with session.run("select typeof($a) as t, $a as a", {"a": value_of(text)}) as result:
        assert [row for batch in result.batches for row in batch] == [(kind, shown)]


@pytest.mark.parametrize(
    ("sql", "given", "message"),
    [
        ("select $a, $b", ["a=1"], "the parameter b has no value; give one with -p b=…"),
        ("select $a", ["a=1", "c=2"], "the query has no parameter c; it has a"),
        ("select 1", ["c=2"], "the query has no parameter c; it has none"),
        ("select $A", ["a=1"], "the parameter A has no value; give one with -p A=…"),
        ("select ?", [], "the parameter 1 has no name: write $name, not ? or $1"),
        ("select $1", [], "the parameter 1 has no name: write $name, not ? or $1"),
        ("select cast($a as date)", ["a=x"], 'invalid date field format: "x"'),
    ],
)
def test_faulty_parameters(sql: str, given: list[str], message: str, package: Path) -> None:
    options = [part for one in given for part in ("-p", one)]
    result = query(sql, *options, "--in", package)
    assert result.exit_code == 2
    assert message in result.stderr


# Formats

ALL = "from events order by day"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            "table",
            "event_id  day         kind    deaths  note\n"
            "────────  ──────────  ──────  ──────  ──────\n"
            "raid      2024-12-05  raid      NULL\n"
            "talk      2024-12-07  talk         0  NULL\n"
            "fall      2024-12-08  battle      12  first\n"
            "                                      second\n"
            "\n3 rows\n",
        ),
        (
            "csv",
            "event_id,day,kind,deaths,note\nraid,2024-12-05,raid,,\ntalk,2024-12-07,talk,0,\n"
            'fall,2024-12-08,battle,12,"first\nsecond"\n',
        ),
        (
            "json",
            "[\n"
            '  {"event_id": "raid", "day": "2024-12-05", "kind": "raid", "deaths": null, '
            '"note": ""},\n'
            '  {"event_id": "talk", "day": "2024-12-07", "kind": "talk", "deaths": 0, '
            '"note": null},\n'
            '  {"event_id": "fall", "day": "2024-12-08", "kind": "battle", "deaths": 12, '
            '"note": "first\\nsecond"}\n'
            "]\n",
        ),
        (
            "jsonl",
            '{"event_id": "raid", "day": "2024-12-05", "kind": "raid", "deaths": null, '
            '"note": ""}\n'
            '{"event_id": "talk", "day": "2024-12-07", "kind": "talk", "deaths": 0, '
            '"note": null}\n'
            '{"event_id": "fall", "day": "2024-12-08", "kind": "battle", "deaths": 12, '
            '"note": "first\\nsecond"}\n',
        ),
        (
            "markdown",
            "| event\\_id | day | kind | deaths | note |\n"
            "| --- | --- | --- | ---: | --- |\n"
            "| raid | 2024-12-05 | raid | NULL |  |\n"
            "| talk | 2024-12-07 | talk | 0 | NULL |\n"
            "| fall | 2024-12-08 | battle | 12 | first<br>second |\n",
        ),
    ],
)
def test_formats_of_text(form: str, expected: str, package: Path, tmp_path: Path) -> None:
    assert ask(package, ALL, "--format", form) == expected
    ends = {"table": "txt", "markdown": "md"}
    path = tmp_path / f"rows.{ends.get(form, form)}"
    assert ask(package, ALL, "--output", path) == ""
    assert path.read_bytes().decode() == expected
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("table", "place_id  name\n────────  ────\n\n0 rows\n"),
        ("csv", "place_id,name\n"),
        ("json", "[]\n"),
        ("jsonl", ""),
        ("markdown", "| place\\_id | name |\n| --- | --- |\n"),
    ],
)
def test_no_rows(form: str, expected: str, package: Path) -> None:
    assert ask(package, "from places where false", "--format", form) == expected


def test_no_rows_in_files(package: Path, tmp_path: Path) -> None:
    sql = "select place_id, 1.5 as n from places where false"
    ask(package, sql, "--output", tmp_path / "a.parquet")
    ask(package, sql, "--output", tmp_path / "a.xlsx")
    frame = pl.read_parquet(tmp_path / "a.parquet")
    assert frame.schema == {"place_id": pl.String, "n": pl.Decimal(2, 1)}
    assert frame.is_empty()
    assert read_with("excel", tmp_path / "a.xlsx")["sheets"]["result"] == [["place_id", "n"]]


def test_columns_with_the_same_name(package: Path, tmp_path: Path) -> None:
    sql = "select 1 as a, 2 as a, 3 as a_2"
    assert ask(package, sql, "--format", "csv") == "a,a,a_2\n1,2,3\n"
    assert ask(package, sql, "--format", "jsonl") == '{"a": 1, "a_2": 2, "a_2_2": 3}\n'
    ask(package, sql, "--output", tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").rows(named=True) == [
        {"a": 1, "a_2": 2, "a_2_2": 3}
    ]


def test_json_has_no_number_that_json_does_not_have(package: Path) -> None:
    sql = (
        "select 'nan'::double as a, '-inf'::float as b, [1, null] as d, {'x': 'inf'::double, "
        "'y': 'NaN \"Infinity', 'z': 12345678901234567890123.45::decimal(30,2)} as c"
    )
    text = ask(package, sql, "--format", "jsonl")
    assert text == (
        '{"a": "NaN", "b": "-Infinity", "d": [1,null], "c": {"x":"Infinity",'
        '"y":"NaN \\"Infinity","z":12345678901234567890123.45}}\n'
    )
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name))["c"]["x"] == "Infinity"


def test_markdown_shows_text_as_it_is(package: Path) -> None:
    sql = """select '<b>|</b>' as "x|y", '*a* `c`' as md, '@me [l](http://x)' as l"""
    assert ask(package, sql, "--format", "markdown") == (
        "| x\\|y | md | l |\n| --- | --- | --- |\n"
        "| &lt;b&gt;\\|&lt;/b&gt; | \\*a\\* \\`c\\` | @\u200bme \\[l\\](http\\://x) |\n"
    )


def test_formulas_are_escaped_in_csv_if_asked_for(package: Path) -> None:
    sql = "select '=1+1' as a, '+2' as b, -3 as c, '@x' as \"=d\", chr(9) || 'y' as e, 'z=' as f"
    plain = ask(package, sql, "--format", "csv")
    assert plain == "a,b,c,=d,e,f\n=1+1,+2,-3,@x,\ty,z=\n"
    safe = ask(package, sql, "--format", "csv", "--escape-formulas")
    assert safe == "a,b,c,'=d,e,f\n'=1+1,'+2,-3,'@x,'\ty,z=\n"


def test_rows_bound_what_is_shown(package: Path, tmp_path: Path) -> None:
    sql = "select event_id from events order by 1"
    shown = ask(package, sql, "--rows", "2")
    assert shown == "event_id\n────────\nfall\nraid\n\nthe first 2 rows; there are more\n"
    assert ask(package, sql, "--rows", "3").endswith("\n3 rows\n")
    markdown = ask(package, sql, "--rows", "1", "--format", "markdown")
    assert markdown.endswith("| fall |\n\nthe first 1 row; there are more\n")
    assert ask(package, sql, "--rows", "1", "--format", "csv").count("\n") == 4
    assert ask(package, "from range(1500)").endswith("the first 1,000 rows; there are more\n")
    assert ask(package, "from range(1500)", "--rows", "0").endswith("\n1,500 rows\n")


# Tables

TOLD = (
    "select event_id, deaths, 'Fighters took the city, and the army withdrew to the south' as "
    "told, 'supercalifragilisticexpialidocious' as word from events where event_id = 'raid'"
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            80,
            "event_id  deaths  told                            word\n"
            "────────  ──────  ──────────────────────────────  ──────────────────────────────\n"
            "raid        NULL  Fighters took the city, and     supercalifragilisticexpialidoc\n"
            "                  the army withdrew to the south  ious\n",
        ),
        (
            50,
            "event_id  deaths  told             word\n"
            "────────  ──────  ───────────────  ───────────────\n"
            "raid        NULL  Fighters took    supercalifragil\n"
            "                  the city, and    isticexpialidoc\n"
            "                  the army         ious\n"
            "                  withdrew to the\n"
            "                  south\n",
        ),
        (
            30,
            "── row 1 ─────────────────────\n"
            "event_id  raid\n"
            "deaths    NULL\n"
            "told      Fighters took the\n"
            "          city, and the army\n"
            "          withdrew to the\n"
            "          south\n"
            "word      supercalifragilistic\n"
            "          expialidocious\n",
        ),
        (
            1,
            "── row 1\nevent_id  raid\ndeaths    NULL\n"
            "told      Fighters\n          took the\n          city, and\n          the army\n"
            "          withdrew\n          to the\n          south\n"
            "word      supercalif\n          ragilistic\n          expialidoc\n          ious\n",
        ),
    ],
)
def test_a_table_folds_to_the_width(width: int, expected: str, session: Session) -> None:
    assert render(session, Query(TOLD), width=width) == f"{expected}\n1 row\n"


@pytest.mark.parametrize("width", [38, 40, 45, 60, 79, 120])
def test_no_line_is_wider_than_the_terminal(width: int, session: Session) -> None:
    text = render(session, Query(TOLD), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_wide_and_right_to_left_characters_on_a_terminal(session: Session) -> None:
    sql = "select name, place_id, null as n, '漢字' as w, 12 as c from places order by place_id"
    assert render(session, Query(sql), width=80, colour=True) == (
        "\x1b[1mname\x1b[0m  \x1b[1mplace_id\x1b[0m  \x1b[1mn\x1b[0m     \x1b[1mw\x1b[0m      "
        "\x1b[1mc\x1b[0m\n────  ────────  ────  ────  ──\n"
        "Hama  hama      \x1b[2mNULL\x1b[0m  漢字  12\n"
        "\u2066حمص\u2069   homs      \x1b[2mNULL\x1b[0m  漢字  12\n\n2 rows\n"
    )


# Parquet and Excel

TYPED = (
    "select 1::integer as i, 9007199254740993::bigint as b, 1.50::decimal(10,2) as d, "
    "0.1::double as f, true as t, date '2024-12-05' as day, timestamp '2024-12-05 01:02:03' "
    "as moment, '=1+1' as text, null::varchar as none, '' as empty, [1, 2] as many, "
    "{'a': 1} as one, interval 1 month as span, union_value(u := 1) as either, '101'::bit as bits"
)


def test_parquet_keeps_types(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    ask(package, TYPED, "--output", path)
    assert pl.read_parquet_schema(path) == {
        "i": pl.Int32,
        "b": pl.Int64,
        "d": pl.Decimal(10, 2),
        "f": pl.Float64,
        "t": pl.Boolean,
        "day": pl.Date,
        "moment": pl.Datetime("us"),
        "text": pl.String,
        "none": pl.String,
        "empty": pl.String,
        "many": pl.List(pl.Int32),
        "one": pl.Struct({"a": pl.Int32}),
        "span": pl.String,
        "either": pl.String,
        "bits": pl.String,
    }
    with duckdb.connect() as con:
        same = "select bit_xor(hash(r)) from ({}) r(i, b, d, f, t, day, moment, text, none, empty)"
        typed = TYPED.partition(", [1, 2]")[0]
        written = f"select * exclude (many, one, span, either, bits) from '{path}'"
        hashes = [con.execute(same.format(sql)).fetchall() for sql in (typed, written)]
        assert hashes[0] == hashes[1]
        rest = con.execute(f"select many, one, span, either, bits from '{path}'").fetchall()
        assert rest == [([1, 2], {"a": 1}, "1 month", "1", "101")]


def test_parquet_of_statements_that_are_no_select(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    ask(package, "describe places", "--output", path)
    assert pl.read_parquet(path)["column_name"].to_list() == ["place_id", "name"]
    ask(package, "pivot events on kind using count(*) group by deaths", "--output", path)
    assert pl.read_parquet(path).columns == ["deaths", "battle", "raid", "talk"]
    ask(package, "explain select 1", "--output", path)
    assert pl.read_parquet(path).columns == ["explain_key", "explain_value"]


def test_excel_has_types_and_no_formula(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    sql = (
        "select 3 as i, 9007199254740993::bigint as b, 1.50::decimal(10,2) as d, 1 / 3.0 as f, "
        "true as t, date '2024-12-05' as day, date '1899-01-01' as old, '=1+1' as \"=text\", "
        "null::varchar as none, 'http://example.org' as link, '007' as code, 'nan'::double as nan, "
        "chr(27) || '[31m' as c, '_x0041_' as x, '<r><t>bold</t></r>' as markup, "
        "0.1::double + 0.2 as sum, 12345678901234567::double as long"
    )
    ask(package, "select $a as a from (" + sql + ")", "-p", "a==2", "--output", path)
    assert read_with("excel", path)["sheets"]["result"] == [["a"], ["=2"]]
    ask(package, sql, "--output", path)
    read = read_with("excel", path)
    assert read["sheets"]["result"] == [
        [
            *[*"ibdft", "day", "old", "=text", "none", "link", "code", "nan"],
            *["c", "x", "markup", "sum", "long"],
        ],
        [
            *[3, "9007199254740993", 1.5, 1 / 3, True, "2024-12-05T00:00:00"],
            *["1899-01-01", "=1+1", None, "http://example.org", "007", "NaN"],
            # As a file of Excel spells a control character and what looks like one.
            *["_x001B_[31m", "_x005F_x0041_"],
            *["<r><t>bold</t></r>", 0.1 + 0.2, 12345678901234567.0],
        ],
    ]
    assert "f" not in read["kinds"]
    assert read["links"] == []
    about = read["sheets"]["query"]
    assert [row for row in about if any(row)] == [
        ["package", "generated"],
        ["version", "1.0.0"],
        ["SQL", sql.replace("_x0041_", "_x005F_x0041_")],
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("from range(1048576)", "a sheet takes 1,048,575 rows; the result has more"),
        ("select repeat('x', 32768) as x", "a cell of a sheet takes 32,767 characters"),
        (
            f"select {', '.join(map(str, range(16_385)))}",
            "a sheet takes 16,384 columns; the result has more",
        ),
    ],
)
def test_what_does_not_fit_a_sheet(sql: str, message: str, package: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(b"old")
    result = query("-", "--in", package, "--output", path, given=sql)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "choose another format" in result.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_excel_without_its_library(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.cli.query.find_spec", lambda name: None)
    result = query("select 1", "--in", package, "--output", tmp_path / "rows.xlsx")
    assert result.exit_code == 2
    assert "xlsx takes an extra of the toolkit: pip install '.[release]'" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["txt", "csv", "json", "jsonl", "md", "parquet", "xlsx"])
def test_the_same_query_gives_the_same_bytes(end: str, package: Path, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.{end}" for number in range(2)]
    for number, path in enumerate(paths):
        query_process(ALL, "--in", package, "--output", path, TZ=f"Etc/GMT+{number}")
    assert paths[0].read_bytes() == paths[1].read_bytes()


# Output


@pytest.mark.parametrize("end", ["txt", "csv", "json", "jsonl", "md", "parquet", "xlsx"])
def test_a_failure_leaves_the_old_file(end: str, package: Path, tmp_path: Path) -> None:
    path = tmp_path / f"rows.{end}"
    path.write_bytes(b"old")
    # It fails once rows have been given.
    sql = "select case when range = 9000 then error('late') else range end as n from range(9001)"
    result = query(sql, "--in", package, "--output", path)
    assert result.exit_code == 2
    assert "late" in result.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_late_failure_prints_no_part_of_the_rows(package: Path) -> None:
    sql = "select case when range = 9000 then error('late') else range end as n from range(9001)"
    for form in ("table", "csv", "json", "jsonl", "markdown"):
        result = query(sql, "--in", package, "--format", form, "--rows", "0")
        assert (result.exit_code, result.stdout) == (2, "")


def test_output_follows_a_link_and_refuses_what_is_no_file(package: Path, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    ask(package, "select 1 as a", "--output", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "a\n1\n"
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv"):
        result = query("select 1", "--in", package, "--output", tmp_path / name)
        assert result.exit_code == 2
        assert f"{name} is no file" in result.stderr


# Messages


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        (
            "from evnts",
            [
                "Table with name evnts does not exist",
                "  1 | from evnts",
                "    |      ~~~~~",
                "hint: did you mean events?",
            ],
        ),
        ("from deadley", ["hint: did you mean deadly?"]),
        (
            "from events_onn('x')",
            [
                "Table Function with name events_onn does not exist",
                "hint: did you mean events_on()",
            ],
        ),
        (
            "select *\nfrom events\nwhere deats > 1",
            [
                'Referenced column "deats" not found in FROM clause',
                "  3 | where deats > 1",
                "    |       ~~~~~",
                "hint: did you mean deaths (in events, deadly)?",
            ],
        ),
        (
            "select e.kid from events e",
            [
                'Table "e" does not have a column named "kid"',
                "    |        ~~~~~",
                "hint: did you mean kind (in events)?",
            ],
        ),
        (
            "select 'حمص', deats from events",
            ["  1 | select 'حمص', deats from events", "    |               ~~~~~"],
        ),
        ("select summ(deaths) from events", ["hint: did you mean sum()"]),
        ("from codelists.kin", ["hint: did you mean codelists.kind?"]),
        ("from codelist.kind", ['schema "codelist" does not exist', "did you mean codelists?"]),
        ("select 1::datte", ["Type with name datte does not exist"]),
        ("from zzzzzz", ["hint: SHOW TABLES lists what there is"]),
        ("selct 1", ['syntax error at or near "selct"', "  1 | selct 1", "    | ~~~~~"]),
        ("select 1 +", ["syntax error at or near " + ""]),
        ("select 1; select 2", ["there should be one statement, not 2"]),
        ("", ["there should be one statement, not none"]),
        ("-", ["there should be one statement, not none"]),
        ("select 'x'::integer", ["Could not convert string 'x' to INT32"]),
    ],
)
def test_messages_tell_the_place_and_what_was_meant(
    sql: str, lines: list[str], package: Path
) -> None:
    result = query(sql, "--in", package)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("toolkit query: ")
    for line in lines:
        assert line in result.stderr
    assert "{" not in result.stderr


def test_faults_of_files_are_noted(tmp_path: Path) -> None:
    root = write_queried(tmp_path / "package")
    with (root / "events.csv").open("a", encoding="utf-8") as file:
        file.write("flop,no day,talk,some,x\n")
    result = query(COUNT, "--in", root, "--format", "csv")
    assert result.exit_code == 0
    assert result.stdout == "events,deaths\n4,12\n"
    assert result.stderr == (
        "note: events.csv has 2 faults that keep cells or rows from being read as they stand; "
        "run toolkit validate\n"
    )
    assert query("from places", "--in", root).stderr == ""


# What is read

QUERIES = [
    "select 1 as one",
    COUNT,
    "from deadly",
    "from events_on('2024-12-05')",
    'select count(*) from "EVENTS"',
    "select * from events join codelists.kind on kind = code order by event_id",
    "with places as (select 1 as x) from places",
    "select 'events' as text",
    "from query('from ' || 'pla' || 'ces') order by 1",
    "from query_table('ev' || 'ents') order by 1",
    "select count(*) from query('from duckdb' || '_views() where not internal')",
    "select table_name from information_schema.tables order by all",
    "show tables",
    "describe deadly",
    "summarize places",
    "from (show tables)",
    "select count(*) from duckdb_columns() where not internal",
    "from pragma_table_info('deadly')",
    "select name, version from meta.package",
    "from places select * order by 1",
    "table places order by 1",
    "select count(columns(*)) from events",
    "pivot events on kind using count(*)",
    "select (select max(deaths) from deadly) as most",
    "from json_execute_serialized_sql(json_serialize_sql('from pla' || 'ces order by 1'))",
    "select count(*) from pg_catalog.pg_class where relname = 'deadly'",
]


@pytest.mark.parametrize("sql", QUERIES)
def test_reading_in_part_gives_what_reading_all_gives(sql: str, package: Path) -> None:
    """A query on part of the tables gives the same result, or misses a name and is run on all."""
    with open_source(str(package)) as source:
        with source.session() as opened:
            whole = opened.frame(sql).rows(named=True)
        with source.session(sql) as opened:
            try:
                part = opened.frame(sql).rows(named=True)
            except QueryError as error:
                part = whole if opened.partial and error.missing else [{"error": str(error)}]
    assert part == whole
    answer = query(sql, "--in", package, "--format", "json")
    assert answer.exit_code == 0
    assert len(json.loads(answer.stdout)) == len(whole)


def test_only_what_is_named_is_read(package: Path) -> None:
    with open_source(str(package)) as source:
        assert source.package is not None
        assert mentioned(source.package, COUNT) == {"events"}
        assert mentioned(source.package, "from Deadly") == {"deadly", "events"}
        assert mentioned(source.package, "from codelists.kind") == {"kind"}
        assert mentioned(source.package, "select 1") == set()
        assert mentioned(source.package, "SHOW TABLES") is None
        assert mentioned(source.package, "") is None


@pytest.mark.parametrize(
    "sql",
    [
        "select event_type, count(*) as n from events group by all order by all",
        "from corroboration order by all",
        "select * from control_at('aleppo', '2024-12-01') order by all",
        "select e.event_id, l.name from events e join locations l using (location_id) order by all",
        "select code from codelists.event_type order by all",
    ],
)
def test_the_record_itself_read_in_part(sql: str) -> None:
    with open_source(str(REPOSITORY)) as source:
        with source.session(sql) as opened:
            assert opened.partial
            part = opened.frame(sql)
        with source.session() as opened:
            assert opened.frame(sql).equals(part)
    assert part.height


def test_an_error_within_a_session_is_its_own(release: Path) -> None:
    with open_source(str(next(release.rglob("*.duckdb")))) as source:
        with pytest.raises(QueryError, match="evnts"), source.session() as opened:
            opened.frame("from evnts")
        with pytest.raises(NoSession, match="cannot be opened"):
            type(source)(Path("nowhere.duckdb")).session().__enter__()


# Odd input


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (b"select \xff", 2),
        (b"", 2),
        (b";", 2),
        (b"-- only a comment", 2),
        (b"/*", 2),
        (b"select 'a\0b' as x", 0),
        (b"select '\xed\xa0\x80'", 2),
        (b"select 1 /* " + b"x" * 1_000_000 + b" */ as a", 0),
        (b"select len('" + b"x" * 1_000_000 + b"') as a", 0),
        (b"select " + b"1+" * 500_000 + b"1", 2),
        (b"select " + b"(" * 10_000 + b"1" + b")" * 10_000, 2),
        (b"select " + b"[" * 10_000 + b"1" + b"]" * 10_000, 2),
        (b"select " + b"(" * 200, 2),
        (b"select " + b"- " * 10_000 + b"1", 2),
        (b"select * from " + b"(select * from " * 3_000 + b"events" + b")" * 3_000, 2),
        (b"select 1 where 1 in (" + b",".join(b"%d" % n for n in range(50_000)) + b")", 0),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_odd_sql(given: bytes, code: int, package: Path) -> None:
    done = query_process("-", "--in", package, given=given)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"TOOLKIT_DEBUG" not in done.stderr
    assert bool(done.stderr) == bool(code)
    assert len(done.stderr) < 1_000


def test_arguments_that_are_not_utf_8(package: Path) -> None:
    broken = os.fsdecode(b"select '\xff'")
    for arguments in ([broken], ["select $a", "-p", f"a={broken}"]):
        done = query_process(*arguments, "--in", package)
        assert done.returncode == 2
        assert b"is not UTF-8" in done.stderr


def test_a_reader_that_leaves_early(package: Path) -> None:
    command = [sys.executable, "-m", "toolkit", "query", "from range(200000)", "--rows", "0"]
    child = subprocess.Popen(
        [*command, "--in", package], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 0


# Terminals


def on_terminal(package: Path, sql: str, *options: str, lines: int = 24) -> str:
    """Return what the command shows on a terminal of so many lines and 80 columns."""
    main, side = pty.openpty()
    variables = {"PAGER": "sed s/^/paged:/", "COLUMNS": "80", "LINES": str(lines), "TERM": "xterm"}
    child = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "query", sql, "--in", package, *options],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=REPOSITORY,
        env={**os.environ, **variables},
    )
    os.close(side)
    shown = b""
    while select.select([main], [], [], 60)[0]:
        try:
            shown += os.read(main, 65_536)
        except OSError:
            break
    os.close(main)
    assert child.wait() == 0, shown
    return shown.decode().replace("\r\n", "\n")


def test_long_tables_are_paged_on_a_terminal_only(package: Path) -> None:
    assert "paged:" in on_terminal(package, "from range(50)")
    assert "paged:" not in on_terminal(package, "from range(50)", "--no-pager")
    assert "paged:" not in on_terminal(package, "from range(5)")
    done = query_process("from range(50)", "--in", package, PAGER="sed s/^/paged:/")
    assert b"paged:" not in done.stdout


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "markdown"])
def test_no_cell_acts_on_a_terminal(form: str, package: Path) -> None:
    sql = "select chr(27) || '[5m' || chr(8238) || chr(155) || 'x' as \"\x1b[5m\u202e\""
    shown = on_terminal(package, sql, "--format", form)
    for char in ("\x1b[5m", "\u202e", "\x9b"):
        assert char not in shown


def test_colours_are_left_out_where_not_wanted(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[1m" in on_terminal(package, "select 1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in on_terminal(package, "select 1")


def test_nothing_is_left_in_the_temporary_folder(package: Path, tmp_path: Path) -> None:
    for sql in ("from events", "from evnts", "select range from range(3000000) order by -range"):
        query_process(sql, "--in", package, TMPDIR=str(tmp_path))
        assert list(tmp_path.iterdir()) == []
