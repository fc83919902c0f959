"""From a Table Schema to a Pandera schema: constraints by field, row rules by table."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks.fields import CONSTRAINT_RULES, field_checks
from toolkit.findings import Finding, builtin_rule
from toolkit.package import Field, RowRule
from toolkit.tables import Table, cast

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection
    from pandera.polars import DataFrameSchema, PolarsData

# Columns to a schema: Pandera looks at the whole frame for each column of one.
_GROUP = 50


@dataclass(slots=True)
class Plan:
    """What is to be checked in a table, and how each check's failure is told."""

    schemas: list[DataFrameSchema]
    columns: list[str]
    messages: dict[tuple[str, str], Callable[[Any], tuple[str, str]]]
    rules: dict[str, RowRule]
    findings: list[Finding] = field(default_factory=list)


def make_plan(con: DuckDBPyConnection, table: Table) -> Plan:
    """Return the checks of ``table``: of the fields that have a column, and the rules over them."""
    import pandera.polars as pandera

    columns: dict[str, Any] = {}
    messages: dict[tuple[str, str], Callable[[Any], tuple[str, str]]] = {}
    findings: list[Finding] = []
    present = [one for one in table.schema.fields if one.name not in table.absent]
    for one in present:
        checks = []
        for name, check, message in field_checks(con, table, one, findings):
            code = CONSTRAINT_RULES[name]
            messages[code, one.name] = message
            checks.append(pandera.Check(check, name=code, ignore_na=name != "required"))
        if checks:
            columns[table.column(one.name)] = pandera.Column(None, checks, nullable=True)
    rules, row_checks = {}, []
    held_columns: set[str] = set()
    for rule in table.schema.rules:
        needed = _expression_columns(table, rule, findings)
        if needed is None or not needed <= {one.name for one in present}:
            continue
        rules[rule.rule.code] = rule
        held = {table.column(name): name for name in sorted(needed)}
        held_columns |= held.keys()
        check = functools.partial(_row_check, rule.expression, held)
        row_checks.append(pandera.Check(check, name=rule.rule.code))
    names = list(columns)
    groups = [names[start : start + _GROUP] for start in range(0, len(names), _GROUP)]
    schemas = [pandera.DataFrameSchema({name: columns[name] for name in group}) for group in groups]
    if row_checks:
        free = {name: pandera.Column(None, nullable=True) for name in sorted(held_columns)}
        schemas.append(pandera.DataFrameSchema(free, checks=row_checks))
    return Plan(schemas, sorted({*names, *held_columns}), messages, rules, findings)


def _is_panic(error: BaseException) -> bool:
    """Whether an error is a panic of polars, which is raised as a BaseException of its own."""
    return type(error).__name__ == "PanicException"


def _row_check(expression: str, names: dict[str, str], data: PolarsData) -> pl.LazyFrame:
    """Hold an expression against rows; ``names`` tells the field that each column holds."""
    import polars

    renamed = data.lazyframe.select(polars.col(column).alias(names[column]) for column in names)
    return renamed.select(polars.sql_expr(expression).fill_null(True))


def _expression_columns(table: Table, rule: RowRule, findings: list[Finding]) -> set[str] | None:
    """Return the fields that a row rule reads; None, with a finding, if it cannot be run."""
    import polars

    problem = ""
    try:
        expression = polars.sql_expr(rule.expression)
        needed = set(expression.meta.root_names())
        unknown = needed - set(table.schema.names)
        if not needed:
            problem = "it reads no field"
        elif unknown:
            problem = f"it reads {min(unknown)!r}, which is no field of {table.name}"
        else:
            sample = {name: _dtype(table.schema.field(name)) for name in needed}
            result = polars.DataFrame(schema=sample).select(expression)
            if result.dtypes != [polars.Boolean]:
                problem = f"its result is {result.dtypes[0]}, not true or false"
            elif result.height:
                problem = "it is no condition on single rows"
    except BaseException as error:
        # A panic of polars is no Exception, and no class that could be named here.
        if not isinstance(error, polars.exceptions.PolarsError) and not _is_panic(error):
            raise
        problem = (str(error).splitlines() or ["polars gives up"])[0]
    if not problem:
        return needed
    message = f"the row rule {rule.rule.code} cannot be run: {problem}"
    line = table.schema.line("rules", rule.index)
    found = builtin_rule("D011").finding(table.schema.file, message, line=line, table=table.name)
    findings.append(found)
    return None


def _dtype(one: Field) -> Any:
    import polars

    return {
        "BIGINT": polars.Int64,
        "DOUBLE": polars.Float64,
        "BOOLEAN": polars.Boolean,
        "DATE": polars.Date,
        "TIME": polars.Time,
        "TIMESTAMP": polars.Datetime("us"),
    }.get(cast(one).type, polars.String)
