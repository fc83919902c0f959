"""What SQL of a user, a package or a stranger's database cannot do through `toolkit query`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.attacks import ENDLESS, HARMLESS, REFUSED, filled
from tests.conftest import REPOSITORY, write_package
from tests.questions import query, query_process, write_queried
from toolkit.query import Session, open_source
from toolkit.release import build_release
from toolkit.tables import QueryError, connect, lock, queries

PRIVATE = "HUSH-HUSH"
ALL = [sql for group in REFUSED.values() for sql in group]


@dataclass(frozen=True)
class Place:
    """Folders in which nothing may appear or change, and the sources that are in them."""

    root: Path
    home: Path
    target: Path
    sources: tuple[Path, Path]

    def state(self) -> dict[Path, tuple[int, int]]:
        """Every file and folder with its size and time of change."""
        found = {}
        for path in self.root.rglob("*"):
            stat = path.lstat()
            found[path] = (stat.st_size if path.is_file() else 0, stat.st_mtime_ns)
        # Temporary files come and go in it.
        found.pop(self.root / "tmp")
        return found

    def fill(self, sql: str) -> str:
        return filled(sql, self.home, self.target)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path_factory.mktemp("attacked")
    for name in ("home", "cwd", "tmp"):
        (root / name).mkdir()
    package = write_queried(root / "package")
    outside = tmp_path_factory.mktemp("release")
    _, folder = build_release(package, outside)
    assert folder is not None
    database = root / "package.duckdb"
    shutil.copyfile(next(folder.rglob("*.duckdb")), database)
    (root / "home" / "secret.csv").write_text(f"top\n{PRIVATE}\n", encoding="utf-8")
    (root / "home" / "secret.json").write_text(f'{{"a": "{PRIVATE}"}}', encoding="utf-8")
    return Place(root, root / "home", root / "cwd" / "stolen", (package, database))


@pytest.fixture
def place(made: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Run a test in the folder, as the user, with the temporary folder of the place."""
    monkeypatch.chdir(made.root / "cwd")
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("SECRET", PRIVATE)
    monkeypatch.setattr(tempfile, "tempdir", str(made.root / "tmp"))
    before = made.state()
    yield made
    assert made.state() == before


def assert_refused(code: int, stdout: str, stderr: str) -> None:
    assert code == 2
    assert stdout == ""
    assert stderr.startswith("toolkit query: ")
    assert PRIVATE not in stderr
    for mark in ("Traceback", "TOOLKIT_DEBUG", '{"', "exception_", "\x1b"):
        assert mark not in stderr
    assert len(stderr.splitlines()) <= 4


# SQL of a user


@pytest.mark.parametrize("sql", ALL)
def test_sql_that_does_more_than_read_is_refused(sql: str, place: Place) -> None:
    for source in place.sources:
        # Parquet takes a way of its own.
        for options in ([], ["--output", place.root / "cwd" / "rows.parquet"]):
            result = query("-", "--in", source, *options, given=place.fill(sql))
            assert_refused(result.exit_code, result.stdout, result.stderr)


def test_there_are_enough_attacks_and_none_twice() -> None:
    assert len(ALL) == len(set(ALL)) > 100


@pytest.mark.parametrize("sql", HARMLESS)
def test_what_is_allowed_has_no_effect(sql: str, place: Place) -> None:
    settings = (
        "select list(name || '=' || coalesce(value, '') order by name) from duckdb_settings()"
    )
    for source in place.sources:
        with open_source(str(source)) as opened, opened.session() as session:
            before = session.frame(settings).rows(), session.frame("from events").rows()
            assert PRIVATE not in str(session.frame(place.fill(sql)).rows())
            assert (session.frame(settings).rows(), session.frame("from events").rows()) == before
            for refused in ("FROM read_text('{secret}')", "DELETE FROM events", "LOAD httpfs"):
                with pytest.raises(QueryError):
                    session.frame(place.fill(refused))


def answer(session: Session, sql: str) -> str:
    """Return the rows of a query, or what is wrong with it, as one text."""
    try:
        with session.run(sql) as result:
            return str(list(result.batches))
    except QueryError as error:
        return str(error)


def functions(*kinds: str) -> list[str]:
    with duckdb.connect() as con:
        sql = "select distinct function_name from duckdb_functions() where list_contains(?, "
        rows = con.execute(f"{sql}function_type) order by 1", [list(kinds)]).fetchall()
    return [str(name) for (name,) in rows]


def test_no_table_function_of_duckdb_reads_a_file_or_changes_one(place: Place) -> None:
    """Also of those that a later version brings."""
    names = functions("table", "table_macro", "pragma")
    assert len(names) > 100
    secret, target = place.fill("'{secret}'"), place.fill("'{target}'")
    with open_source(str(place.sources[0])) as opened, opened.session(seconds=2) as session:
        for name in names:
            for given in ("", secret, f"{secret}, {secret}", f"[{secret}]", target):
                assert PRIVATE not in answer(session, f"FROM {name}({given}) LIMIT 10"), name


def test_no_scalar_function_of_duckdb_reads_a_file(place: Place) -> None:
    names = [name for name in functions("scalar", "macro", "aggregate") if name.isidentifier()]
    assert len(names) > 500
    secret = place.fill("'{secret}'")
    with open_source(str(place.sources[0])) as opened, opened.session(seconds=2) as session:
        for name in names:
            for given in (secret, f"{secret}, {secret}"):
                assert PRIVATE not in answer(session, f"SELECT {name}({given}) AS x"), name


@pytest.mark.parametrize("statement", ["PRAGMA {}", "PRAGMA {}('{secret}')", "CALL {}()"])
def test_no_pragma_runs(statement: str, place: Place) -> None:
    with open_source(str(place.sources[0])) as opened, opened.session() as session:
        for name in functions("pragma", "table"):
            with pytest.raises(QueryError):
                session.frame(place.fill(statement.replace("{}", name)))


# Limits


@pytest.mark.parametrize("sql", ENDLESS)
def test_time_and_memory_are_limited(sql: str, place: Place) -> None:
    started = time.monotonic()
    limits = ["--seconds", "1", "--memory", "256MiB"]
    result = query(sql, "--in", place.sources[0], "--format", "csv", *limits)
    assert_refused(result.exit_code, result.stdout, result.stderr)
    assert time.monotonic() - started < 10
    told = ("took longer than 1 seconds", "allocate", "maximum supported", "temp directory")
    assert any(part in result.stderr for part in told), result.stderr


def test_one_call_that_does_not_stop_ends_the_process(place: Place) -> None:
    started = time.monotonic()
    done = query_process(
        *["select levenshtein(repeat('a', 1000000), repeat('b', 1000000))", "--seconds", "0.5"],
        *["--in", place.sources[0]],
        TMPDIR=str(place.root / "tmp"),
    )
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "toolkit query: the query took longer than 0.5 seconds, and did not stop then\n"
    )
    assert time.monotonic() - started < queries.GRACE_SECONDS + 10
    assert list((place.root / "tmp").iterdir()) == []


def test_what_spills_is_limited(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "select range, hash(range) as h from range(40000000) order by h limit 1 offset 39999999"
    for source in place.sources:
        monkeypatch.setattr("toolkit.tables.database.SPILL", 10 << 20)
        result = query(sql, "--in", source, "--memory", "256MiB")
        assert_refused(result.exit_code, result.stdout, result.stderr)
        assert "failed to offload" in result.stderr


def test_a_session_goes_on_after_a_query_that_was_stopped(place: Place) -> None:
    with open_source(str(place.sources[0])) as opened, opened.session(seconds=0.3) as session:
        for sql in ("from range(1000000000000)", "select sum(range) from range(1000000000000)"):
            with pytest.raises(QueryError, match="took longer"):
                session.frame(sql)
            assert session.frame("select count(*) as n from events").rows() == [(3,)]


# What is printed


@pytest.mark.parametrize(
    "sql",
    [
        "select error(chr(27) || '[31mred' || chr(8238) || chr(155))",
        'select "\x1b[31m\u202e" from events',
        "select '\x1b[31m' from nowhere",
        'from "\x1b]8;;http://example.org\x07\u202e"',
        "select $\x1b[31m",
        "select '\x1b[31m\u202e\x9b'::integer",
    ],
)
def test_messages_carry_no_terminal_codes(sql: str, place: Place) -> None:
    result = query("-", "--in", place.sources[0], given=sql)
    assert result.exit_code == 2
    for char in "\x1b\x07\x9b\u202e":
        assert char not in result.stderr


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_what_people_read_carries_no_terminal_codes(form: str, place: Place) -> None:
    sql = "select chr(27) || '[31m' || chr(8238) || chr(155) as \"\x1b[31m\u202e\""
    result = query(sql, "--in", place.sources[0], "--format", form)
    assert result.exit_code == 0
    for char in "\x1b\x9b\u202e":
        assert char not in result.stdout


def test_json_and_csv_into_a_pipe_are_data(place: Place) -> None:
    sql = "select chr(27) || '<b>' || chr(10) || '|' as x"
    jsonl = query(sql, "--in", place.sources[0], "--format", "jsonl").stdout
    assert json.loads(jsonl) == {"x": "\x1b<b>\n|"}
    assert "\x1b" not in jsonl
    csv = query(sql, "--in", place.sources[0], "--format", "csv").stdout
    assert csv == 'x\n"\x1b<b>\n|"\n'


# A package of a stranger

HEAD = "-- title: T\n-- row: R\n-- caveats: C\n"
QUERY = "-- title: T\n-- reading: R\n"


@pytest.mark.parametrize("sql", ALL)
def test_a_view_of_a_package_does_not_do_it_either(sql: str, place: Place, tmp_path: Path) -> None:
    root = write_queried(tmp_path / "hostile")
    sql = place.fill(sql)
    (root / "schemas/views/attack.sql").write_text(f"{HEAD}{sql}\n", encoding="utf-8")
    (root / "schemas/queries/attack.sql").write_text(f"{QUERY}{sql}\n", encoding="utf-8")
    for arguments in (["from attack"], ["--name", "attack"]):
        result = query(*arguments, "--in", root)
        assert_refused(result.exit_code, result.stdout, result.stderr)
    assert query("select 1", "--in", root).exit_code == 0


def test_an_endless_view_and_query_are_stopped(place: Place, tmp_path: Path) -> None:
    root = write_queried(tmp_path / "hostile")
    (root / "schemas/views/attack.sql").write_text(f"{HEAD}{ENDLESS[0]}\n", encoding="utf-8")
    (root / "schemas/queries/attack.sql").write_text(f"{QUERY}{ENDLESS[3]}\n", encoding="utf-8")
    for arguments in (["from attack"], ["--name", "attack"]):
        result = query(*arguments, "--in", root, "--seconds", "0.5")
        assert_refused(result.exit_code, result.stdout, result.stderr)
        assert "took longer than 0.5 seconds" in result.stderr


@pytest.mark.parametrize(
    "name",
    ["duckdb_tables", "duckdb_functions", "range", "read_text", "query", "unnest", "sum", "pivot"],
)
def test_macros_and_views_may_be_called_as_functions_are(
    name: str, place: Place, tmp_path: Path
) -> None:
    root = write_queried(tmp_path / "hostile")
    path = root / f"schemas/views/{name}.sql"
    for head in (HEAD, f"{HEAD}-- parameters: x\n"):
        path.write_text(f"{head}select 1 as one\n", encoding="utf-8")
        assert query("select sum(deaths) from events", "--in", root).exit_code == 0
        result = query("from evnts", "--in", root)
        assert_refused(result.exit_code, result.stdout, result.stderr)
        assert "Table with name evnts does not exist" in result.stderr


@pytest.mark.parametrize(
    "name",
    ['a"; COPY x TO y; --', "../outside", "\x1b[31m", "read_text('/etc/hostname')", "main.events"],
)
def test_names_of_tables_and_columns_are_names(name: str, place: Place, tmp_path: Path) -> None:
    root = tmp_path / "hostile"
    root.mkdir()
    schema = {"fields": [{"name": name, "type": "string"}]}
    write_package(root, {"t": (schema, [[name], ["x"]])})
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"].append({**descriptor["resources"][0], "name": name})
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    quoted = name.replace('"', '""')
    for sql in (f'select "{quoted}" from t', "show tables", "from t", "from x"):
        result = query(sql, "--in", root)
        assert result.exit_code in (0, 2)
        assert "\x1b" not in result.output
        assert "Traceback" not in result.stderr
    assert (
        query(f'select "{quoted}" as a from t', "--in", root, "--format", "csv").stdout == "a\nx\n"
    )


def test_a_zip_does_not_write_outside(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/datapackage.json", "{}")
        archive.writestr("../../cwd/stolen", "x")
    result = query("select 1", "--in", path)
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
    assert result.stdout == ""


# A DuckDB file of a stranger

HOSTILE = (
    "create table events as select 'x' as event_id, 1 as deaths",
    "create view files as select 'see below' as content",
    "create view endless as "
    "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) as m from n",
    "create macro lower(x) as 'mine'",
    "create macro to_json(x) as 'no json'",
    "create macro contains(a, b) as error('mine')",
    "create macro sum(x) as error('mine')",
    "create macro duckdb_tables() as table select error('mine') as table_name",
    "create macro duckdb_temporary_files() as table select error('mine') as size",
    "create macro duckdb_columns() as table from endless",
    "create macro files_of(path) as table select content from read_text(path)",
    'create view "\x1b[31m" as select \'\x1b[31m\' as "\x1b[31m"',
)


@pytest.fixture
def stranger(place: Place, tmp_path: Path) -> Path:
    path = tmp_path / "stranger.duckdb"
    with duckdb.connect(str(path)) as con:
        for sql in HOSTILE:
            con.execute(sql)
        read = place.fill("select * from read_text('{secret}')")
        con.execute(f"create or replace view files as {read}")
    return path


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("from files", "file system operations are disabled"),
        ("from files_of('{secret}')", "file system operations are disabled"),
        ("from endless", "took longer than 1 seconds"),
        ("select sum(deaths) from events", "mine"),
        ("from evnts", "Table with name evnts does not exist"),
        ("select deats from events", 'Referenced column "deats" not found'),
        ("insert into events values ('y', 2)", "INSERT is not allowed"),
        ("from '{secret}'", "file system operations are disabled"),
    ],
)
def test_a_database_of_a_stranger(sql: str, message: str, place: Place, stranger: Path) -> None:
    before = stranger.read_bytes()
    result = query("-", "--in", stranger, "--seconds", "1", given=place.fill(sql))
    assert_refused(result.exit_code, result.stdout, result.stderr)
    assert message in result.stderr
    assert stranger.read_bytes() == before
    assert [path.name for path in stranger.parent.iterdir()] == ["stranger.duckdb"]


def test_a_database_of_a_stranger_answers_what_is_harmless(stranger: Path) -> None:
    result = query("from events", "--in", stranger, "--format", "csv")
    assert (result.exit_code, result.stdout) == (0, "event_id,deaths\nx,1\n")
    result = query('from "\x1b[31m"', "--in", stranger)
    assert result.stdout.startswith("\\x1b[31m")
    assert "\x1b" not in result.stdout
    # Its own macro makes of each cell what it likes.
    assert "no json" in query("from events", "--in", stranger, "--format", "json").stdout


@pytest.mark.parametrize("kept", [12, 100, 4_096, 8_192, 12_288, 20_000, 100_000, 300_000])
def test_a_truncated_database_is_refused(kept: int, place: Place, tmp_path: Path) -> None:
    whole = place.sources[1].read_bytes()
    assert kept < len(whole)
    path = tmp_path / "cut.duckdb"
    path.write_bytes(whole[:kept])
    done = query_process("from events", "--in", path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert b"TOOLKIT_DEBUG" not in done.stderr
    assert b'{"' not in done.stderr


@pytest.mark.parametrize("at", [8, 16, 4_100, 8_200, 12_300, 20_000, 50_000])
def test_a_damaged_database_is_refused_or_read(at: int, place: Place, tmp_path: Path) -> None:
    data = bytearray(place.sources[1].read_bytes())
    data[at : at + 64] = bytes(255 - byte for byte in data[at : at + 64])
    path = tmp_path / "damaged.duckdb"
    path.write_bytes(data)
    done = query_process("select count(*) as n from events", "--in", path, "--format", "csv")
    assert (done.returncode, done.stdout) in ((2, b""), (0, b"n\n3\n"))
    assert b"Traceback" not in done.stderr
    assert b"TOOLKIT_DEBUG" not in done.stderr


def test_files_of_other_databases_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with sqlite3.connect(path) as con:
        con.execute("create table t (a)")
    con.close()
    result = query("from t", "--in", path)
    assert result.exit_code == 2
    assert "a.duckdb" in result.stderr


# The lock itself


def test_a_locked_connection_cannot_be_unlocked() -> None:
    with connect() as con:
        lock(con)
        for sql in (
            "set enable_external_access = true",
            "set lock_configuration = false",
            "reset enable_external_access",
            "pragma enable_profiling",
            "call enable_logging()",
            "set allowed_directories = ['/']",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(sql)
        with pytest.raises(duckdb.Error, match="disabled by configuration"):
            con.execute("from read_text('/etc/hostname')")


def test_nothing_of_python_is_reached(place: Place) -> None:
    code = (
        "import polars\nfrom toolkit.query import open_source\n"
        "rows = polars.DataFrame({'a': [1]})\n"
        f"with open_source({str(place.sources[0])!r}) as s, s.session() as opened:\n"
        "    opened.frame('from rows')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert "Table with name rows does not exist" in done.stderr
