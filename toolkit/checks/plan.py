"""From a Table Schema to a Pandera schema: constraints by field, row rules by table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.checks.fields import CONSTRAINT_RULES, Message, field_checks
from toolkit.findings import Finding, builtin_rule
from toolkit.package import RowRule
from toolkit.tables import Table, polars_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from toolkit.checks.schemas import Held


@dataclass
class Plan:
    """What is to be checked in a table, and how each check's failure is told.

    ``names`` are those of the fields that any check looks at.
    """

    checks: list[Held] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    rules: dict[str, RowRule] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def make_plan(con: DuckDBPyConnection, table: Table) -> Plan:
    """Return the checks of ``table``: of the fields that have a column, and the rules over them."""
    import polars

    from toolkit.checks.schemas import Held

    plan = Plan()
    present = [one for one in table.schema.fields if one.name not in table.absent]
    for one in present:
        for name, check, message in field_checks(con, table, one, plan.findings):
            code = CONSTRAINT_RULES[name]
            plan.messages[code, one.name] = message
            plan.checks.append(Held(code, one.name, check))
            plan.names.add(one.name)
    for rule in table.schema.rules:
        needed = _expression_columns(table, rule, plan.findings)
        if needed is None or not needed <= {one.name for one in present}:
            continue
        plan.rules[rule.rule.code] = rule
        plan.names |= needed
        plan.checks.append(Held(rule.rule.code, "", polars.sql_expr(rule.expression)))
    return plan


def _is_panic(error: BaseException) -> bool:
    """Whether an error is a panic of polars, which is raised as a BaseException of its own."""
    return type(error).__name__ == "PanicException"


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
            sample = {name: polars_type(table.schema.field(name)) for name in needed}
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
