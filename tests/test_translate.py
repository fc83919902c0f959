"""SQL of a stranger's package, before Spark sees it: nothing but one SELECT of its own tables."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from tests.conftest import REPOSITORY
from toolkit.package import load_package
from toolkit.spark import syntax
from toolkit.spark.syntax import Macro, Names, NotTranslated
from toolkit.spark.translate import translate

NAMES = Names({"t", "codelists.c"}, {"m": Macro(("p",), "select t.a from t where t.a = p")})


@pytest.mark.parametrize(
    "sql",
    [
        'select * from parquet."/etc/passwd"',
        'select * from "parquet./etc/passwd"',
        "select * from '/etc/passwd'",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from spark_catalog.default.t",
        "select * from default.t",
        "select * from information_schema.tables",
        "select * from other",
        "select * from codelists.other",
        "with c as (select * from other) select * from c",
        "select * from c, (with c as (select 1) select * from c) d",
        "with a as (select * from b), b as (select 1) select * from a",
        "select (select max(a) from other) from t",
        "select a from t where exists (from other)",
        "select * from t, lateral (select * from other) x",
        "select * from range(1000000000000)",
        "select * from m()",
        "select * from m(1, 2)",
        "select * from m(q := 1)",
        "select * from m((select max(a) from t))",
        "with t as (select 1 as a) select * from m(1)",
    ],
)
def test_no_other_table_is_read(sql: str) -> None:
    with pytest.raises(NotTranslated):
        translate(sql, NAMES)


@pytest.mark.parametrize(
    "call",
    [
        "reflect('java.lang.System', 'getenv', 'HOME')",
        "java_method('java.lang.System', 'getenv', 'HOME')",
        "try_reflect('java.lang.System', 'getenv', 'HOME')",
        "input_file_name()",
        "current_user()",
        "current_database()",
        "version()",
        "getenv('HOME')",
        "uuid()",
        "random()",
        "now()",
        "current_date",
        "http_request('http://127.0.0.1')",
        "read_text('/etc/passwd')",
        "query('select 1')",
        "repeat('x', 1000000000)",
        "a::json ->> '$.x'",
        "columns('a')",
        "?",
        "$p",
        "a[1]",
        "list_transform([1], x -> x)",
        "[x for x in [1]]",
        "e'\\x41'",
        "format(a, 1)",
        "format('{0}', 1)",
        "format('{} {}', 1)",
        "format('{:>1000000000}', 1)",
        "regexp_matches(a, a)",
        "regexp_full_match(a, 'x', 'i')",
        "regexp_replace(a, 'x', 'y')",
        "regexp_replace(a, 'x', '\\1', 'g')",
        "a like 'x' escape '!'",
        "a like '\\x'",
        "list(a order by a desc)",
        "arg_min(a, a, 3)",
        """date '2024-12-06' + interval 1 "day + reflect('a', 'b')\"""",
        """cast(a as struct(x "int) + reflect('a'"))""",
        """date_diff('day, reflect(1', a, a)""",
        """date_diff("day, reflect(1", a, a)""",
    ],
)
def test_no_other_expression_is_run(call: str) -> None:
    with pytest.raises(NotTranslated):
        translate(f"select {call} as x from t", NAMES)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        ";",
        "select 1; select 2",
        "select 1; drop table t",
        "drop view t",
        "create table x as select 1",
        "insert into t select 1",
        "with w as (delete from t returning *) select * from w",
        "set spark.sql.ansi.enabled = false",
        "add jar '/tmp/x.jar'",
        "copy t to '/tmp/x'",
        "cache table t",
        "refresh '/tmp'",
        "explain select 1",
        "describe t",
        "show tables",
        "select * into x from t",
        "pivot t on a using count(*)",
        "select * from t tablesample 10%",
        "select * from t for update",
        "select * from t asof join t as u on t.a >= u.a",
        "with recursive r(n) as (select 1 union all select n + 1 from r) select * from r",
        "with recursive r(n) as (select 1 union select count(*) from r) select * from r",
        "with recursive r(n) as (select 1 union select a.n from r a, r b) select * from r",
        f"select {'(' * 5_000}1{')' * 5_000}",
        "select '",
        "\0",
    ],
    ids=range(27),
)
def test_only_one_select_is_run(sql: str) -> None:
    with pytest.raises(NotTranslated):
        translate(sql, NAMES)


def test_text_stays_text() -> None:
    """What ends a literal or a name in one language must not in the other."""
    text = r"""select '\', '''', '\''; drop table t; --', "a`b", '*/' from t -- */ from x"""
    assert translate(text, NAMES) == (
        r"SELECT '\\', '\'', '\\\'; drop table t; --', `a``b`, '*/' FROM `t` AS `t`"
    )
    assert translate("select /*+ broadcast(t) */ a from t /* x */", NAMES) == (
        "SELECT `a` FROM `t` AS `t`"
    )


def test_code_lists_have_names_of_one_part() -> None:
    assert translate("select c.x, codelists.c.y from CodeLists.C", NAMES) == (
        "SELECT `c`.`x`, `c`.`y` FROM `codelists.c` AS `C`"
    )


def test_a_macro_is_put_in_the_place_of_its_call() -> None:
    assert translate("from m(p := 'x') n", NAMES) == (
        "SELECT * FROM (SELECT `t`.`a` FROM `t` AS `t` WHERE `t`.`a` = ('x')) AS `n`"
    )


def test_the_line_at_fault_is_told() -> None:
    with pytest.raises(NotTranslated, match=r"reflect\(\) is not among") as caught:
        translate("select\n  1,\n  reflect('a', 'b')\nfrom t", NAMES)
    assert caught.value.line == 3


def test_what_is_allowed_is_what_the_record_uses_and_little_more() -> None:
    package, _ = load_package(REPOSITORY)
    texts = [one.sql for one in (*package.query_rules, *package.views)]
    used = {type(node) for text in texts for node in parse_one(text, read="duckdb").walk()}
    assert used <= syntax.KNOWN
    assert {kind.key for kind in set(syntax.FUNCTIONS) - used} == {"abs", "avg", "nullif", "upper"}
