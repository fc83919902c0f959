"""The shell: what it does with statements and commands, keys, completion, Ctrl-C, history."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from click.testing import CliRunner, Result
from prompt_toolkit import PromptSession
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.conftest import REPOSITORY, write_package
from tests.terminal import Terminal
from toolkit.cli import cli
from toolkit.query import named_queries, open_source
from toolkit.query.shell.catalogue import Catalogue, read_catalogue
from toolkit.query.shell.completion import Completions, complete
from toolkit.query.shell.editor import is_finished, open_editor
from toolkit.query.shell.history import history_file
from toolkit.tables import connect, reading, split, tokens

ESCAPE = "\x1b[31m"
PLACES = {
    "fields": [
        {"name": "id", "type": "string", "description": "Which place it is."},
        {"name": "kind", "type": "string", "codelist": "kind_of_place"},
        {"name": "size", "type": "integer"},
        {"name": "side", "type": "string", "constraints": {"enum": ["left", "o'er"]}},
    ],
    "primaryKey": "id",
}
VISITS = {
    "fields": [
        {"name": "place", "type": "string"},
        {"name": "kind", "type": "string", "codelist": "kind_of_visit"},
        {"name": "day", "type": "date"},
    ]
}
VIEW = """-- title: Places with their visits
-- row: A place.
-- caveats: None.
-- column visits: How many there were.
select p.id, p.kind, count(v.day) as visits from places p left join visits v on v.place = p.id
group by all order by p.id
"""
MACRO = """-- title: Visits on a day
-- parameters: day
-- row: A visit.
-- caveats: None.
select v.place, v.kind from visits v where v.day = cast($day as date) order by v.place
""".replace("cast($day as date)", "cast(day as date)")
QUERY = """-- title: Which places are as large?
-- reading: A row is a place.
-- parameters: least = 2, kind = town
select p.id, p.size from places p where p.size >= $least and p.kind = $kind order by p.id
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shell") / "package"
    root.mkdir()
    rows = [
        ["id", "kind", "size", "side"],
        ["aba", "town", "3", "left"],
        ["bet", "town", "1", "o'er"],
        ["cee", "camp", "", "left"],
    ]
    visits = [["place", "kind", "day"], ["aba", "short", "2024-12-05"]]
    write_package(root, {"places": (PLACES, rows), "visits": (VISITS, visits)}, version="1.2.0")
    files = {
        "codelists/kind_of_place.csv": "code,title,description\ntown,Town,\ncamp,Camp,\n",
        "codelists/kind_of_visit.csv": "code,title,description\nshort,Short,\n",
        "views/visited.sql": VIEW,
        "views/visits_on.sql": MACRO,
        "queries/large-places.sql": QUERY,
    }
    for name, text in files.items():
        path = root / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def shell(text: str | bytes, root: Path, *arguments: str) -> Result:
    """Give lines to the shell, as standard input does."""
    command = ["shell", "--in", str(root), *arguments]
    return CliRunner().invoke(cli, command, input=text)


def printed(text: str, root: Path, *arguments: str) -> str:
    result = shell(text, root, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def failed(text: str, root: Path) -> str:
    result = shell(text, root)
    assert result.exit_code == 2, result.output
    return result.stderr


# Statements


def test_statements_run_one_after_the_other(package: Path) -> None:
    text = "select 1 as a; select\n 2 as b\n;;\n-- nothing;\nselect ';' as c"
    output = printed(text, package)
    assert output == "a\n─\n1\n\n1 row\nb\n─\n2\n\n1 row\nc\n─\n;\n\n1 row\n"


def test_the_first_error_ends_a_script_and_tells_its_line(package: Path) -> None:
    text = "select 1 as a;\n\n-- a comment\nselect id\n  , sise from places;\nselect 5 as never;"
    result = shell(text, package)
    assert result.exit_code == 2
    assert result.stdout == "a\n─\n1\n\n1 row\n"
    assert result.stderr.startswith("toolkit shell: standard input:5: ")
    assert "\n  5 |   , sise from places\n    |     ~~~~\n" in result.stderr
    assert "hint: did you mean size (in places)" in result.stderr


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a INTEGER)",
        "COPY places TO '/tmp/never.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SET threads = 1",
        "ATTACH '/tmp/never.duckdb'",
        "WITH x AS (INSERT INTO meta.package VALUES (1, 2, 3, 4, 5) RETURNING *) FROM x",
    ],
)
def test_statements_can_only_read(sql: str, package: Path) -> None:
    output = failed(f"{sql};", package)
    assert output.startswith("toolkit shell: standard input:1: ")
    assert "Traceback" not in output
    assert "root:" not in output


def test_a_statement_takes_no_longer_than_it_may(package: Path) -> None:
    text = "select count(*) from range(1000000) a, range(1000000) b;"
    result = shell(text, package, "--seconds", "0.2")
    assert result.exit_code == 2
    assert "the query took longer than 0.2 seconds" in result.stderr
    assert printed("select 1 as a;", package, "--seconds", "0").startswith("a\n─\n1\n")


def test_standard_input_that_is_no_text(package: Path) -> None:
    assert "standard input is not UTF-8" in shell(b"select '\xff';", package).stderr
    assert shell("\ufeffselect 1 as a;".encode(), package).exit_code == 0


def test_no_package_and_no_database(tmp_path: Path) -> None:
    assert shell("select 1;", tmp_path / "nothing").exit_code == 2
    broken = tmp_path / "x.duckdb"
    broken.write_bytes(b"12345678DUCK" + b"\0" * 100)
    result = shell("select 1;", broken)
    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr


def test_a_database_file(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with connect(str(path)) as con:
        con.execute("CREATE TABLE t (a INTEGER, level VARCHAR)")
        con.execute("COMMENT ON TABLE t IS 'Things'")
        con.execute("CREATE SCHEMA codelists")
        con.execute("CREATE TABLE codelists.level AS SELECT 'low' AS code, 'Low' AS title")
    assert "t     table  Things\n" in printed(".tables", path)
    assert "no named queries" in printed(".queries", path).lower()
    with open_source(str(path)) as source, source.session() as session:
        names = read_catalogue(session, source)
    assert names.codes_of("level", ["t"]) == [("low", "Low")]


def test_notes_tell_of_faulty_files(make_package: Any) -> None:
    root = make_package(t=({"fields": [{"name": "n", "type": "integer"}]}, [["n"], ["x"]]))
    result = shell("select count(*) as n from t; select 1 as a;", root)
    assert result.stderr.count("t.csv has 1 fault") == 1


# Commands


def test_help_lists_every_command(package: Path) -> None:
    from toolkit.query.shell.commands import COMMANDS

    output = printed(".help", package)
    for name, command in COMMANDS.items():
        line = next(line for line in output.splitlines() if line.startswith(name))
        assert line.endswith(command.text)


def test_tables(package: Path) -> None:
    lines = [re.split(r"  +", line) for line in printed(".tables", package).splitlines()]
    assert lines[2:] == [
        ["places", "table"],
        ["visits", "table"],
        ["meta.package", "table"],
        ["visited", "view", "Places with their visits"],
        ["visits_on(day)", "macro", "Visits on a day"],
    ]


def test_schema(package: Path) -> None:
    lines = [re.split(r"  +", line) for line in printed(".schema", package).splitlines()]
    assert ["places", "size", "BIGINT"] in lines
    assert ["visits_on(day)", "place", "VARCHAR"] in lines
    lines = [re.split(r"  +", one) for one in printed(".schema PLACES", package).splitlines()]
    assert lines[0] == ["places, a table"]
    assert lines[-4:-2] == [
        ["id", "VARCHAR", "Which place it is."],
        ["kind", "VARCHAR", "kind_of_place"],
    ]
    assert printed(".schema visited", package).startswith(
        "visited, a view\nPlaces with their visits\nA place.\nNone.\n\n"
    )
    assert "visits  BIGINT          How many there were.\n" in printed(".schema visited", package)
    assert "there is no table place; did you mean places?" in failed(".schema place", package)


def test_codes(package: Path) -> None:
    assert "kind_of_place  2\n" in printed(".codes", package)
    assert "town  Town   NULL\n" in printed(".codes kind_of_place", package)
    assert "did you mean kind_of_place" in failed(".codes kindofplace", package)


def test_named_queries(package: Path) -> None:
    listed = printed(".queries", package)
    assert listed == "large-places  Which places are as large? [least=2, kind=town]\n"
    assert "aba     3\n\n1 row\n" in printed(".run large-places", package)
    assert "2 rows\n" in printed(".run large-places least=1", package)
    # What is given for once goes before what was set, and that before the usual value.
    assert "2 rows\n" in printed(".set least 1\n.run large-places", package)
    assert "0 rows\n" in printed(".set least 1\n.run large-places least=9", package)
    message = "there is no query large-place; did you mean large-places? (.queries lists them)"
    assert message in failed(".run large-place", package)
    assert "the query has no parameter most" in failed(".run large-places most=1", package)
    assert "'most' is not written as name=value" in failed(".run large-places most", package)


def test_parameters(package: Path) -> None:
    output = printed(".set n 5\n.set t 'two words'\n.set\nselect $n + 1 as a, $t as b;", package)
    assert "n          5\nt          two words\n" in output
    assert "6  two words\n" in output
    assert printed(".set n 5\nselect 1 as a;", package) == "a\n─\n1\n\n1 row\n"
    message = "the parameter n has no value; .set n VALUE gives it one"
    assert message in failed(".set n 5\n.set n\nselect $n;", package)
    assert "cannot be the name of a parameter" in failed(".set 1 5", package)


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("table", "a  b\n─  ─\n1  x\n\n1 row\n"),
        ("csv", "a,b\n1,x\n"),
        ("json", '[\n  {"a": 1, "b": "x"}\n]\n'),
        ("jsonl", '{"a": 1, "b": "x"}\n'),
        ("markdown", "| a | b |\n| ---: | --- |\n| 1 | x |\n"),
    ],
)
def test_formats(form: str, rows: str, package: Path) -> None:
    text = f".format {form}\n.format\nselect 1 as a, 'x' as b;"
    assert printed(text, package) == f"{form}\n{rows}"


def test_formats_that_cannot_be_printed(package: Path) -> None:
    assert ".export FILE.xlsx writes one" in failed(".format xlsx", package)
    assert "there is no format jason; did you mean json" in failed(".format jason", package)


def test_export(package: Path, tmp_path: Path) -> None:
    rows = [{"a": 1, "b": "x"}, {"a": 2, "b": "="}]
    names = ["r.csv", "r.jsonl", "r.json", "r.parquet", "r.xlsx", "r.md", "r.txt"]
    exports = "".join(f".export '{tmp_path}/{name}'\n" for name in names)
    text = f"from (values (1, 'x'), (2, '=')) t(a, b);\n{exports}"
    assert f"wrote {tmp_path}/r.xlsx\n" in printed(text, package)
    assert (tmp_path / "r.csv").read_text() == "a,b\n1,x\n2,=\n"
    assert json.loads((tmp_path / "r.json").read_text()) == rows
    lines = (tmp_path / "r.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert polars.read_parquet(tmp_path / "r.parquet").to_dicts() == rows
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_exports_that_fail_leave_no_file(package: Path, tmp_path: Path) -> None:
    assert "no statement has run yet" in failed(f".export {tmp_path}/r.csv", package)
    run = "select 1 as a;\n"
    assert "should end in" in failed(f"{run}.export {tmp_path}/r.doc", package)
    assert f"there is no folder {tmp_path}/x" in failed(f"{run}.export {tmp_path}/x/r.csv", package)
    # The statement that failed is not the one whose rows are written.
    (tmp_path / "s.sql").write_text("select nothing;", encoding="utf-8")
    assert list(tmp_path.iterdir()) == [tmp_path / "s.sql"]


def test_timer(package: Path) -> None:
    output = printed(".timer\n.timer on\nselect 1 as a;\n.timer off\nselect 2 as b;", package)
    assert re.fullmatch(r"off\na\n─\n1\n\n1 row\n\d+\.\d{3} s\nb\n─\n2\n\n1 row\n", output)
    assert "write .timer on or .timer off" in failed(".timer of", package)


def test_read(package: Path, tmp_path: Path) -> None:
    inner, outer, odd = (tmp_path / name for name in ("inner.sql", "outer.sql", "odd.sql"))
    inner.write_text("select 1 as a;\nselect\n  b;\n", encoding="utf-8")
    outer.write_text(f".timer off\n.read {inner}\nselect 2 as never;", encoding="utf-8")
    result = shell(f"\n.read {outer}", package)
    assert result.stdout == "a\n─\n1\n\n1 row\n"
    assert result.stderr.startswith(f"toolkit shell: {inner}:3: ")
    inner.write_text(f".read {outer}", encoding="utf-8")
    assert f"{inner}:1: {outer} reads itself" in failed(f".read {outer}", package)
    odd.write_bytes(b"select '\xff';")
    assert "odd.sql is not UTF-8" in failed(f".read {odd}", package)
    assert "there is no file" in failed(f".read {tmp_path}", package)


def test_quit(package: Path) -> None:
    assert printed("select 1 as a;\n.quit\nselect nothing;", package) == "a\n─\n1\n\n1 row\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (".tabels", "there is no command .tabels; did you mean .tables?"),
        (".xyzzy", "there is no command .xyzzy; .help lists the commands"),
        (".", "there is no command .; .help lists the commands"),
        (".read", "write .read FILE"),
        (".tables places", "write .tables"),
        (".set a 'b", "no closing quotation: put texts with marks in quotes"),
    ],
)
def test_commands_that_are_not_understood(line: str, message: str, package: Path) -> None:
    assert failed(line, package) == f"toolkit shell: standard input:1: {message}\n"


# Text of strangers


def test_terminal_codes_are_neutralised(tmp_path: Path) -> None:
    root = tmp_path / ESCAPE
    root.mkdir()
    name = f"t{ESCAPE}"
    schema = {"fields": [{"name": f"n{ESCAPE}", "type": "string", "description": ESCAPE}]}
    write_package(root, {"t": (schema, [[f"n{ESCAPE}"], [ESCAPE]])}, name=ESCAPE)
    path = root / "x.duckdb"
    with connect(str(path)) as con:
        con.execute(f'CREATE TABLE "{name}" ("{ESCAPE}" VARCHAR)')
        con.execute(f"COMMENT ON TABLE \"{name}\" IS '{ESCAPE}'")
        con.execute("CREATE SCHEMA codelists")
        con.execute(f'CREATE TABLE codelists."{name}" (code VARCHAR, title VARCHAR)')
    texts = (".tables", ".schema", ".codes", f'.schema "{name}"', f'select * from "{name}";', "f;")
    for source in (root, path):
        for text in (*texts, "from t;", ".schema t", f"select '{ESCAPE}';", f".xx{ESCAPE}"):
            output = shell(text, source).output
            assert output, text
            assert "\x1b" not in output, text
    assert r"\x1b[31m" in printed("from t;", root)


# Keys


class _Keys:
    """An editor to which keys are given."""

    def __init__(self, names: Catalogue | None = None, history: Path | None = None) -> None:
        self.names, self.history = names, history

    def type(self, *keys: str) -> list[str]:
        """Return what is handed over, each time the keys make the editor do so."""

        def candidates(before: str, after: str) -> Completions:
            return complete(before, after, self.names or Catalogue(), {})

        handed: list[str] = []
        with create_pipe_input() as pipe:
            editor = open_editor("p", self.history, candidates, input=pipe, output=DummyOutput())
            for text in keys:
                sender = threading.Thread(target=self._send, args=(pipe, text, editor))
                sender.start()
                try:
                    handed.append(editor.prompt())
                except KeyboardInterrupt:
                    handed.append("^C")
                except EOFError:
                    handed.append("^D")
                sender.join()
        return handed

    def _send(self, pipe: PipeInput, text: str, editor: PromptSession[str]) -> None:
        """Send keys; what follows a tab is sent when a candidate has been put in."""
        for part in re.findall(r"[^\t]*\t|[^\t]+", text):
            pipe.send_text(part)
            if part.endswith("\t"):
                before = editor.default_buffer.text + part[:-1]
                for _ in range(500):
                    if len(editor.default_buffer.text) > len(before):
                        break
                    time.sleep(0.01)


def test_enter_runs_what_is_finished_and_else_begins_a_line() -> None:
    keys = _Keys()
    assert keys.type("select\r1\r;\r") == ["select\n1\n;"]
    assert keys.type("select ';\r';\r") == ["select ';\n';"]
    assert keys.type(".tables\r", "\r") == [".tables", ""]
    assert keys.type("select 1\x1b\r") == ["select 1"]
    # Within what is finished a line can be added: the cursor goes up, to the end of the first line.
    assert keys.type("select\r1;\x1b[A\x05\r2,\x1b[B\r") == ["select\n2,\n1;"]
    assert keys.type("select 1\x03", "\x04") == ["^C", "^D"]


@pytest.mark.parametrize(
    ("text", "finished"),
    [
        ("", True),
        (" .set x", True),
        ("select 1", False),
        ("select 1;", True),
        ("select 1; -- then", True),
        ("select 1 -- ;", False),
        ("select ';", False),
        ("select $$;", False),
        ("select /* ; ", False),
        ("-- select 1;", False),
        ("select 1; select", False),
    ],
)
def test_a_statement_is_finished_by_a_semicolon_of_its_own(text: str, finished: bool) -> None:
    assert is_finished(text) == finished


def test_tab_completes(names: Catalogue) -> None:
    keys = _Keys(names)
    assert keys.type("from pla\t;\r") == ["from places;"]
    assert keys.type("from places where kind = 'to\t;\r") == ["from places where kind = 'town';"]
    # Of several the first Enter takes the one that is marked.
    assert keys.type("from visi\t\t\r;\r")[0] in ("from visited;", "from visits;")


def test_history_is_remembered_by_its_beginning(tmp_path: Path) -> None:
    keys = _Keys(history=tmp_path / "history")
    assert keys.type("select 1;\r", "from t;\r", "sel\x1b[A\r")[-1] == "select 1;"


# Completion


@pytest.fixture(scope="module")
def names(package: Path) -> Catalogue:
    with open_source(str(package)) as source, source.session() as session:
        return read_catalogue(session, source)


def texts(names: Catalogue, typed: str) -> list[str]:
    before, _, after = typed.partition("|")
    return [one.text for one in complete(before, after, names, {}).candidates]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("from pl", ["places"]),
        ("from range", ["range("]),
        ("from vi", ["visited", "visits", "visits_on("]),
        ("select si| from places", ["size", "side"]),
        ("select SEL", ["SELECT"]),
        ("SEL", ["SELECT"]),
        ("select p.s| from places p", ["size", "side"]),
        ("select p.s| from places as p", ["size", "side"]),
        ("select p.s| from visits v join places p on true", ["size", "side"]),
        ("select x.| from visits_on('2024-12-05') x", ["place", "kind"]),
        ("select x.| from visited x; select 1", ["id", "kind", "visits"]),
        ("select q.s| from places p", []),
        ("from codelists.kind_of_p", ["kind_of_place"]),
        ("select c.t| from codelists.kind_of_place c", ["title"]),
        ("from places where kind = '", ["town'", "camp'"]),
        ("from places where kind = 'c|'", ["camp"]),
        ("from visits where kind = '", ["short'"]),
        ("from places p, visits v where v.kind <> '", ["short'"]),
        ("from places where kind in ('town', 'c", ["camp'"]),
        ("from places where kind not in ('", ["town'", "camp'"]),
        ("from places where side = '", ["left'", "o''er'"]),
        ("from visited where kind = '", ["town'", "camp'", "short'"]),
        ("from places where id = '", []),
        ("select 'pl", []),
        ("select 1 -- pl", []),
        ("select 12", []),
        ("select count_s", ["count_star("]),
        ("from places; select id", ["identity"]),
        (".sc", [".schema"]),
        (".schema pl", ["places"]),
        (".codes ", ["kind_of_place", "kind_of_visit"]),
        (".format j", ["json", "jsonl"]),
        (".timer ", ["on", "off"]),
        (".nothing ", []),
    ],
)
def test_completion(typed: str, first: list[str], names: Catalogue) -> None:
    found = texts(names, typed)
    if first:
        assert found[: len(first)] == first
    else:
        assert found == []


def test_completion_of_named_queries(names: Catalogue, package: Path) -> None:
    with open_source(str(package)) as source:
        queries = named_queries(source)
    for typed, expected in {
        ".run l": ["large-places"],
        ".run large-places ": ["least=", "kind="],
        ".run other ": [],
        ".set ": ["kind", "least"],
    }.items():
        assert [one.text for one in complete(typed, "", names, queries).candidates] == expected


def test_names_that_need_marks_get_them(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with connect(str(path)) as con:
        con.execute('CREATE TABLE "a table" ("select" INTEGER, "x""y" INTEGER, plain INTEGER)')
    with open_source(str(path)) as source, source.session() as session:
        names = read_catalogue(session, source)
    assert texts(names, "from a_") == []
    assert texts(names, 'from "a t') == ['"a table"']
    assert texts(names, 'select t.| from "a table" t') == ['"select"', '"x""y"', "plain"]


# The pieces of SQL


@pytest.mark.parametrize(
    "sql", ["é ';' ; 𝄞 x;\n\ty", "", ";;", "$$;$$;", "\ud800;", "/* ; */ ; --;"]
)
def test_pieces_are_the_whole(sql: str) -> None:
    pieces, rest = split(sql)
    assert "".join(pieces) + rest == sql
    for token in tokens(sql.replace("\ud800", "?")):
        assert sql.replace("\ud800", "?").startswith(token.text, token.start)


def test_a_late_interruption_leaves_no_transaction_open() -> None:
    """One that hits the end of a transaction left it open, and no query could run any more."""

    class Late:
        """A connection that is interrupted as its transaction ends."""

        def __init__(self) -> None:
            self.con, self.late = connect(), 2

        def execute(self, sql: str) -> None:
            if sql == "ROLLBACK" and self.late:
                self.late -= 1
                raise duckdb.InterruptException("late")
            self.con.execute(sql)

        def interrupt(self) -> None:
            self.con.interrupt()

    late = Late()
    for _ in range(2):
        with reading(late):  # type: ignore[arg-type]
            late.execute("SELECT 1")
    assert late.late == 0
    late.con.close()


# History


def test_history_belongs_to_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = history_file(tmp_path / "package")
    assert path == tmp_path / "state" / "toolkit" / "shell_history"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    assert history_file(tmp_path / "package") == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Never within the package, and nowhere where there is no place for it.
    assert history_file(tmp_path) is None
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = history_file(tmp_path / "package")
    assert found == tmp_path / "home" / ".local" / "state" / "toolkit" / "shell_history"
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert history_file(tmp_path / "package") is None


# A terminal

_COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")


@pytest.fixture
def terminal(package: Path, tmp_path: Path) -> Iterator[Terminal]:
    one = Terminal("shell", "--in", str(package), XDG_STATE_HOME=str(tmp_path / "state"))
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.wait()
    os.close(one.ours)


def test_ctrl_c_stops_the_query_and_not_the_shell(terminal: Terminal, tmp_path: Path) -> None:
    assert "generated 1.2.0: statements end with ;" in terminal.until("generated>")
    terminal.type("select count(*) from range(10000000) a, range(10000000) b;\r")
    # The editor gives the terminal back; then the query runs.
    terminal.until("\x1b[?2004l")
    time.sleep(0.5)
    started = time.monotonic()
    terminal.type("\x03")
    terminal.until("toolkit shell: stopped")
    assert time.monotonic() - started < 5
    terminal.until("generated>")
    terminal.type("select 6 * 7 as answer;\r")
    assert "42" in terminal.until("1 row")
    terminal.until("generated>")
    terminal.type("select nothing\x03")
    terminal.until("generated>")
    terminal.type(".xyzzy\r")
    terminal.until("there is no command .xyzzy")
    terminal.until("generated>")
    terminal.type("\x04")
    assert terminal.leave() == 0
    history = tmp_path / "state" / "toolkit" / "shell_history"
    assert "+select 6 * 7 as answer;" in history.read_text(encoding="utf-8").splitlines()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_data_cannot_act_on_the_terminal(terminal: Terminal) -> None:
    terminal.until("generated>")
    terminal.type(".format csv\r")
    terminal.until("generated>")
    terminal.type("select chr(27) || '[31mred' as a, 'end' || 'ing' as b;\r")
    shown = terminal.until("ending")
    assert _COLOUR.search(shown)
    assert "\\x1b[31mred," in shown
    assert f"{ESCAPE}red" not in shown
    terminal.until("generated>")
    terminal.type(".quit\r")
    assert terminal.leave() == 0


def test_no_history_no_colour_and_the_pager(package: Path, tmp_path: Path) -> None:
    one = Terminal(
        *("shell", "--in", str(package), "--no-history"),
        XDG_STATE_HOME=str(tmp_path),
        NO_COLOR="1",
        PAGER="sed s/^/paged-/",
    )
    one.until("generated>")
    one.type("select 'a' as b;\r")
    assert not _COLOUR.search(one.until("1 row"))
    one.until("generated>")
    one.type("from range(100);\r")
    assert "paged-   99" in one.until("paged-100 rows")
    one.until("generated>")
    one.type(".quit\r")
    assert one.leave() == 0
    os.close(one.ours)
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(package: Path) -> None:
    blocked = "import sys; sys.modules['prompt_toolkit'] = None; "
    one = Terminal("shell", "--in", str(package), first=blocked)
    one.until("needs prompt_toolkit; install the toolkit with its extra: pip install '.[shell]'")
    assert one.leave() == 2
    os.close(one.ours)


def test_a_script_needs_no_extra(package: Path) -> None:
    code = (
        "import sys; sys.modules['prompt_toolkit'] = sys.modules['pygments'] = None\n"
        "from toolkit.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "shell", "--in", str(package)],
        input=".help\nselect 1 as a;",
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_ctrl_c_ends_a_script(package: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "shell", "--in", str(package)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"select 1 as a;\nselect count(*) from range(10000000) a, range(10000000);")
    process.stdin.write(b"\nselect 2 as never;\n")
    process.stdin.flush()
    reader = io.TextIOWrapper(process.stdout)
    while "1 row" not in reader.readline():
        pass
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 2
    assert error.decode() == "toolkit shell: stopped\n"
