"""A release on Spark: the same rows as DuckDB gives, and nothing but its own tables."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DATA, MakePackage
from tests.releasing import release_of, release_of_repository
from tests.test_cases import compose
from tests.test_cli import process, run
from toolkit.checks import validate
from toolkit.findings import Collector, Report
from toolkit.package import Package, load_package
from toolkit.package.opened import NotOpened
from toolkit.release.formats import Release
from toolkit.release.formats.parquet import write_parquet
from toolkit.spark.release import OpenRelease, QueryFailed, open_release, register
from toolkit.spark.rules import check_release
from toolkit.spark.session import NoSpark, local_spark
from toolkit.spark.syntax import NotTranslated
from toolkit.tables import Database, open_database, queries

Result = tuple[list[str], list[tuple[Any, ...]]]

# Queries of the record that Spark cannot run, and why; docs/scale.md lists them.
UNTRANSLATED: dict[str, str] = {}
# Small queries gain nothing by compilation and many partitions.
QUICK = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
}
CALLS = {
    "actor_timeline": ["'hts'", "'alpha-front'"],
    "control_at": ["'hama', '2024-12-06'", "'homs', date '2024-12-08'"],
    "events_near": ["34.73, 36.71, 60", "35, 37, 500"],
    "events_on": ["'2024-12-05'", "day := date '2024-11-29'"],
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    try:
        with local_spark(2, settings=QUICK) as session:
            yield session
    except NoSpark as error:
        pytest.skip(str(error))


# The same rows


@contextmanager
def both(spark: Any, package: Package) -> Iterator[tuple[OpenRelease, Database]]:
    """Open a package, whose tables lie beside it as Parquet files, on Spark and in DuckDB."""
    opened = register(spark, package)
    with open_database(package, Collector()) as database:
        assert set(database.views) == {view.name for view in package.views}
        yield opened, database


def write_tables(root: Path) -> Package:
    """Write the tables of a package as a release holds them, though it may have faults."""
    package, _ = load_package(root)
    with open_database(package, Collector(), locked=False) as database:
        write_parquet(Release(root, database, Report(package.name, package.version)))
    return package


def compare(opened: OpenRelease, database: Database, texts: dict[str, str]) -> dict[str, Result]:
    """Hold what the queries give on Spark against what they give in DuckDB, and return the rows."""
    found: dict[str, Result] = {}

    def ask(sql: str) -> Result | str:
        try:
            return opened.select(sql)
        except (NotTranslated, QueryFailed) as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(texts, pool.map(ask, texts.values()), strict=True))
    failed = {name: answer for name, answer in answers.items() if isinstance(answer, str)}
    assert failed == UNTRANSLATED
    for name, sql in texts.items():
        found[name] = queries.select(database.con, sql)
        assert canonical(answers[name]) == canonical(found[name]), name
    return found


def canonical(result: Any) -> tuple[list[str], list[str]]:
    # A column without a name is called by its expression.
    names = [name for name in result[0] if name.isidentifier()]
    return names, sorted(repr([value(cell) for cell in row]) for row in result[1])


def value(cell: Any) -> Any:
    # The last bit of a sine may differ.
    return f"{cell:.10g}" if isinstance(cell, float) and math.isfinite(cell) else cell


def rules_of(package: Package) -> dict[str, str]:
    return {rule.rule.code: rule.sql for rule in package.query_rules}


def views_of(package: Package) -> dict[str, str]:
    texts = {view.name: f"FROM {view.name}" for view in package.views if not view.parameters}
    macros = [view.name for view in package.views if view.parameters]
    assert sorted(CALLS) == macros
    return texts | {
        f"{name}({call})": f"FROM {name}({call})" for name in macros for call in CALLS[name]
    }


def test_the_record(spark: Any, tmp_path: Path) -> None:
    package, _ = load_package(release_of_repository(tmp_path))
    with both(spark, package) as (opened, database):
        assert opened.faults == {}
        for resource in package.resources:
            compare(opened, database, {resource.name: f'FROM "{resource.name}"'})
        views = compare(opened, database, views_of(package))
        with_rows = {name.partition("(")[0] for name, (_, rows) in views.items() if rows}
        assert with_rows == {view.name for view in package.views}
        compare(opened, database, rules_of(package))


def test_every_rule_finds_its_fault(spark: Any, tmp_path: Path) -> None:
    package = write_tables(all_faults(tmp_path))
    with both(spark, package) as (opened, database):
        found = compare(opened, database, rules_of(package))
    for code, (_, rows) in found.items():
        assert any(code.lower() in str(row[1]) for row in rows), code


@pytest.mark.parametrize("rows", [None, 0], ids=["gaps", "empty"])
def test_views_of_faulty_tables(rows: int | None, spark: Any, tmp_path: Path) -> None:
    package = write_tables(thin(all_faults(tmp_path, step=12), rows))
    with both(spark, package) as (opened, database):
        compare(opened, database, views_of(package))


def all_faults(folder: Path, step: int = 1) -> Path:
    """Write one package with a copy of each bad case; identifiers bear the code of their case."""
    root, tables = folder / "faults", {}
    cases = sorted((DATA / "bad").glob("X*"))[::step]
    for case in cases:
        single = compose(case, folder / case.name)
        root.mkdir(exist_ok=True)
        for table, rows in read_tables(single).items():
            named = identifiers(single, table)
            for row in rows:
                for column in named:
                    row[column] = row[column] and f"{case.name[:4].lower()}-{row[column]}"
            tables.setdefault(table, []).extend(rows)
    for part in ("datapackage.json", "schemas"):
        (single / part).rename(root / part)
    write_csv(root, tables)
    return root


def identifiers(root: Path, table: str) -> set[str]:
    schema = json.loads((root / "schemas" / f"{table}.json").read_text(encoding="utf-8"))
    keys = schema["primaryKey"] if isinstance(schema["primaryKey"], list) else []
    found = {name for key in schema.get("foreignKeys", []) for name in in_list(key["fields"])}
    found |= set(keys) & {"id"} if len(keys) > 1 else set(in_list(schema["primaryKey"]))
    return found | ({"replaced_by"} if table == "tombstones" else set())


def in_list(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def thin(root: Path, rows: int | None = None) -> Path:
    """Take every fifth row and every third cell that is no identifier, or all but ``rows``."""
    tables = read_tables(root)
    for table, found in tables.items():
        kept = [row for index, row in enumerate(found) if index % 5][:rows]
        for index, row in enumerate(kept):
            for place, column in enumerate(sorted(set(row) - identifiers(root, table))):
                row[column] = "" if (index + place) % 3 == 0 else row[column]
        tables[table] = kept
    header = {table: list(found[0]) for table, found in read_tables(root).items()}
    write_csv(root, tables, header)
    return root


def read_tables(root: Path) -> dict[str, list[dict[str, str]]]:
    tables = {}
    for path in sorted((root / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            tables[path.stem] = list(csv.DictReader(handle))
    return tables


def write_csv(
    root: Path,
    tables: dict[str, list[dict[str, str]]],
    header: dict[str, list[str]] | None = None,
) -> None:
    (root / "data").mkdir(exist_ok=True)
    for table, rows in tables.items():
        names = header[table] if header else list(rows[0])
        path = root / "data" / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def test_recursion_ends(spark: Any, tmp_path: Path) -> None:
    """A chain, two ways to one place, and circles."""
    schema = {"fields": [{"name": name, "type": "string"} for name in ("a", "b")]}
    edges = ["ab", "bc", "cd", "xy", "xz", "yw", "zw", "wv", "pq", "qr", "rp", "ss"]
    rows = [["a", "b"], *map(list, edges)]
    package, _ = load_package(release_of(tmp_path / "edges", {"e": (schema, rows)}))
    closure = """
      with recursive reached(a, b) as (
        select a, b from e union select r.a, e.b from reached r join e on e.a = r.b
      ),
      counted as (select count(*) as n from reached)
      select r.a, r.b, c.n from reached r cross join counted c
    """
    with both(spark, package) as (opened, database):
        found = compare(opened, database, {"closure": closure})
    firsts = Counter(row[0] for row in found["closure"][1])
    assert firsts == Counter("aaabbcxxxxyyzzwpppqqqrrrs")


def test_every_type_is_the_same(spark: Any, tmp_path: Path) -> None:
    names = ("n", "x", "yes", "day", "clock", "moment", "y", "ym", "where", "list", "N", "a`b")
    types = ("integer", "number", "boolean", "date", "time", "datetime", "year", "yearmonth")
    types += ("geopoint", "list", "string", "string")
    fields = [{"name": name, "type": kind} for name, kind in zip(names, types, strict=True)]
    first = ["1", "1.5", "true", "2024-12-06", "10:11:12.5", "2024-12-06T10:11:12Z", "2024"]
    second = ["-2", "NaN", "false", "0001-01-01", "23:59:59", "1969-12-31T23:59:59.999999Z", "1999"]
    cells = [
        list(names),
        [*first, "2024-12", "36.7,34.7", "a,b", "é", "\\'\n\"`"],
        [*second, "1999-01", "0,0", "", "", "\\"],
        ["3", "", "", "2024-12-06", *[""] * 8],
    ]
    schema = {"fields": fields, "primaryKey": ["n", "day"]}
    # Names in which a character could stand for others.
    folder = release_of(tmp_path / "a {b} [c]* %20", {"a.b $x": (schema, cells)})
    package, _ = load_package(folder)
    with both(spark, package) as (opened, database):
        texts = {"all": 'FROM "a.b $x"', "keys": 'SELECT "a.b $x"._key FROM "a.b $x"'}
        found = compare(opened, database, texts)
    assert sorted(found["keys"][1]) == [("-2|0001-01-01",), ("1|2024-12-06",), ("3|2024-12-06",)]


ALIKE = [
    "select g, list(t order by n, t), list(distinct n order by n) from s group by g",
    "select g, list(t order by t) filter (n > 1), string_agg(t, '; ' order by t) from s group by g",
    "select string_agg(distinct t order by t) filter (n = 3), count(distinct n) from s group by g",
    "select g, arg_min(t, (n, t)), arg_max(t, (n, t)) filter (n is not null) from s group by g",
    "with l as (select list(t) as t from s group by g)"
    " select list_sort(list_distinct(flatten(list(t)))) from l",
    "select array_to_string(list(t order by t), '+') from s",
    "select g, format('{}: {} of {{}} is {:.1f}', g, t, n / 3) from s",
    "select (n, t) < (2, 'x'), (g, n) = ('a', 1), n is distinct from 1 from s",
    r"select t like 'x%', contains(t, '\'), starts_with(t, 'x'), t in ('x', '\d$1') from s",
    r"select regexp_full_match(t, 'x'), regexp_matches(t, '^.d\$'), length(t) from s",
    r"select regexp_replace(t, '[x\d]', '-', 'g'), regexp_extract(t, '[a-z]') from s",
    "select t from s order by n, t limit 3",
    "select g from s qualify row_number() over (partition by g order by n, t) = 1",
    "select unnest(generate_series(1, n)) as i from s",
    "select date_diff('day', date '2024-11-27', date '2024-12-08'), '${env:HOME}', '$$', 1 / 2",
    r"select '\', '''', '\u0041', '\n', '/* x', '-- x', 'a''; drop'",
]


def test_nothing_is_taken_otherwise(spark: Any, tmp_path: Path) -> None:
    """NULL in lists, orders, rows and texts; backslashes; line ends."""
    fields = [{"name": "g", "type": "string"}, {"name": "t", "type": "string"}]
    schema = {"fields": [*fields, {"name": "n", "type": "integer"}]}
    rows = ["a,x,1", "a,,2", "a,y,", "b,,", "c,\\d$1,3", "c,x\n,3"]
    content = [["g", "t", "n"], *(row.split(",") for row in rows)]
    package, _ = load_package(release_of(tmp_path / "small", {"s": (schema, content)}))
    with both(spark, package) as (opened, database):
        found = compare(opened, database, {text: text for text in ALIKE})
    assert all(rows for _, rows in found.values())


# A package from a stranger


def test_a_session_is_closed_to_files_and_variables(spark: Any, tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}]}
    folder = release_of(tmp_path / "one", {"t": (schema, [["a"], ["x"]])})
    opened = open_release(spark, folder)
    assert opened.select("select '${env:HOME}' as x from t")[1] == [("${env:HOME}",)]
    # Behind the lists of what is allowed, the session itself reads no file by its name.
    with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND"):
        spark.sql(f"select * from parquet.`{folder}/parquet/t.parquet`")
    with pytest.raises(QueryFailed, match="_metadata"):
        opened.select("select _metadata from t")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "is missing"),
        ("link", "is a link that leaves"),
        ("folder", "is missing"),
        ("other", "has not the columns of its schema"),
        ("text", "is no Parquet file"),
    ],
)
def test_a_file_must_be_that_of_its_table(
    kind: str, reason: str, spark: Any, tmp_path: Path
) -> None:
    word, number = ({"fields": [{"name": "a", "type": one}]} for one in ("string", "integer"))
    tables = {"t": (word, [["a"], ["x"]]), "n": (number, [["a"], ["1"]])}
    folder = release_of(tmp_path / "one", tables)
    file = folder / "parquet" / "t.parquet"
    elsewhere = file.rename(tmp_path / "elsewhere.parquet")
    if kind == "link":
        file.symlink_to(elsewhere)
    elif kind == "folder":
        file.mkdir()
    elif kind == "other":
        file.write_bytes((folder / "parquet" / "n.parquet").read_bytes())
    elif kind == "text":
        file.write_text("a\nx\n", encoding="utf-8")
    with pytest.raises(NotOpened, match=reason):
        open_release(spark, folder)


# Findings and the command


def keep_rules(root: Path, beginning: str) -> None:
    for path in (root / "schemas" / "rules").glob("X*.sql"):
        if not path.name.startswith(beginning):
            path.unlink()


def test_findings_are_those_of_validate(spark: Any, tmp_path: Path) -> None:
    root = compose(DATA / "bad" / "X073-weak-has-one-upstream", tmp_path / "bad")
    keep_rules(root, "X07")
    report, known = check_release(register(spark, write_tables(root))), validate(root)
    shown = ("rule", "severity", "file", "record", "key", "column", "value", "message", "hint")
    assert [[one.to_dict()[name] for name in shown] for one in report.findings] == [
        [one.to_dict()[name] for name in shown] for one in known.findings
    ]
    assert [one.rule for one in report.findings] == ["X073"]
    assert report.rows == known.rows
    assert report.results == tuple(one for one in known.results if one.rule.code[0] == "X")


def test_a_rule_that_is_not_translated_is_told(spark: Any, tmp_path: Path) -> None:
    root = compose(DATA / "good" / "base", tmp_path / "base")
    keep_rules(root, "X001")
    rule = root / "schemas" / "rules" / "X001-alias-differs-from-name.sql"
    lines = rule.read_text(encoding="utf-8").splitlines()
    header = "\n".join(line for line in lines if line.startswith("--"))
    rule.write_text(f"{header}\nselect uuid() as key from events\n", encoding="utf-8")
    report = check_release(register(spark, write_tables(root)))
    skipped = {result.rule.code: result.skipped for result in report.results}
    assert skipped == {"X001": "UUID is not among what is translated"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of one table, a view and a macro."""
    root = tmp_path_factory.mktemp("small") / "p"
    views, header = root / "schemas" / "views", "-- title: X\n-- row: X\n-- caveats: X\n"
    views.mkdir(parents=True)
    (views / "of.sql").write_text(f"{header}-- parameters: k\nselect t.n from t where t.a = k")
    (views / "lists.sql").write_text(f"{header}select t.a, list(t.n) as l from t group by t.a")
    schema = {"fields": [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]}
    return release_of(root, {"t": (schema, [["a", "n"], ["x", "1"], ["y", ""]])})


def test_the_command_prints_nothing_else(spark: Any, small: Path) -> None:
    done = process("spark", small.with_name(f"{small.name}.zip"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 rows in 1 tables held against 0 rules: no findings\n"


@pytest.mark.parametrize(
    ("option", "text", "code", "printed"),
    [
        ("--view", "lists", 0, "a  l\n─  ──────\nx  [1]\ny  [NULL]\n"),
        ("--sql", "from of('x')", 0, "n\n─\n1\n"),
        ("--sql", "select '\x1b[1m' as x", 0, "x\n───────\n\\x1b[1m\n"),
        (
            "--sql",
            "select\n  uuid()",
            2,
            "Error: UUID is not among what is translated (line 2 of the SQL)\n",
        ),
        ("--sql", "from\n\x1b[1m", 2, "Error: the SQL cannot be parsed (line 2 of the SQL)\n"),
        ("--sql", "select t.m from t", 2, "A column, variable, or function parameter with name"),
        ("--sql", "from other", 2, "Error: other is no table of the package (line 1 of the SQL)\n"),
        ("--view", "of", 2, "of takes parameters; write --sql 'FROM of(k)'\n"),
        ("--view", "other", 2, "no table or view other; there are lists, meta.package, t\n"),
    ],
)
def test_the_command_gives_rows_or_a_reason(
    option: str,
    text: str,
    code: int,
    printed: str,
    spark: Any,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("toolkit.spark.session.local_spark", lambda **_: nullcontext(spark))
    done = run("spark", small, option, text)
    assert done.exit_code == code
    assert printed in done.output
    assert code or done.output == printed


def test_what_is_missing_is_told(
    monkeypatch: pytest.MonkeyPatch, make_package: MakePackage
) -> None:
    root = make_package(t=({"fields": [{"name": "a", "type": "string"}]}, [["a"], ["x"]]))
    twice = run("spark", root, "--sql", "select 1", "--view", "t")
    assert (twice.exit_code, "not both" in twice.output) == (2, True)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    done = run("spark", root)
    assert done.exit_code == 2
    assert "Spark needs Java 17 or later, and none is on the path" in done.output
    monkeypatch.setenv("JAVA_HOME", str(root))
    assert f"JAVA_HOME ({root}) holds none" in run("spark", root).output
    java = root / "bin" / "java"
    java.parent.mkdir()
    java.write_text("", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert "pyspark is not installed" in run("spark", root).output
    monkeypatch.setitem(sys.modules, "toolkit.spark.release", None)
    assert "sqlglot is not installed" in run("spark", root).output
