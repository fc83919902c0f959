"""From a Table Schema to a Pandera schema: constraints by field, row rules by table."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.checks.fields import CONSTRAINT_RULES, Check, Message, field_checks
from toolkit.findings import Finding, builtin_rule
from toolkit.package import Field, RowRule
from toolkit.tables import Table, cast

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection
    from pandera.polars import DataFrameSchema, PolarsData

# Columns to a schema: Pandera looks at the whole frame for each column of one.
_GROUP = 50


@dataclass
class Plan:
    """What is to be checked in a table, and how each check's failure is told.

    ``checks`` holds those of each column by rule code, ``row_checks`` those of rows with theirs.
    """

    checks: dict[str, dict[str, Check]] = field(default_factory=dict)
    row_checks: list[tuple[str, Check]] = field(default_factory=list)
    row_columns: set[str] = field(default_factory=set)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    rules: dict[str, RowRule] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The columns that any check looks at."""
        return sorted({*self.checks, *self.row_columns})

    @cached_property
    def whole(self) -> DataFrameSchema:
        """All checks in one, which most rows pass."""
        from toolkit.checks.whole import whole_schema

        held = [(check, column) for column, own in self.checks.items() for check in own.values()]
        return whole_schema([*held, *((check, None) for _, check in self.row_checks)])

    @cached_property
    def schemas(self) -> list[DataFrameSchema]:
        """The checks one by one, to tell where each fails."""
        import pandera.polars as pandera

        def column(checks: dict[str, Check]) -> Any:
            # No check of a value is held against an empty cell.
            held = [
                pandera.Check(check, name=code, ignore_na=code != CONSTRAINT_RULES["required"])
                for code, check in checks.items()
            ]
            return pandera.Column(None, held, nullable=True)

        names = list(self.checks)
        groups = [names[start : start + _GROUP] for start in range(0, len(names), _GROUP)]
        schemas = [
            pandera.DataFrameSchema({name: column(self.checks[name]) for name in group})
            for group in groups
        ]
        if self.row_checks:
            rows = [pandera.Check(check, name=code) for code, check in self.row_checks]
            free = {name: column({}) for name in sorted(self.row_columns)}
            schemas.append(pandera.DataFrameSchema(free, checks=rows))
        return schemas


def make_plan(con: DuckDBPyConnection, table: Table) -> Plan:
    """Return the checks of ``table``: of the fields that have a column, and the rules over them."""
    plan = Plan()
    present = [one for one in table.schema.fields if one.name not in table.absent]
    for one in present:
        checks = {}
        for name, check, message in field_checks(con, table, one, plan.findings):
            code = CONSTRAINT_RULES[name]
            plan.messages[code, one.name] = message
            checks[code] = check
        if checks:
            plan.checks[table.column(one.name)] = checks
    for rule in table.schema.rules:
        needed = _expression_columns(table, rule, plan.findings)
        if needed is None or not needed <= {one.name for one in present}:
            continue
        plan.rules[rule.rule.code] = rule
        held = {table.column(name): name for name in sorted(needed)}
        plan.row_columns |= held.keys()
        check = functools.partial(_row_check, rule.expression, held)
        plan.row_checks.append((rule.rule.code, check))
    return plan


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
