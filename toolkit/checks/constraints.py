"""Constraints and row rules, held by Pandera against every row of a typed table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from toolkit.checks.plan import Plan, make_plan
from toolkit.findings import Finding, builtin_rule
from toolkit.tables import Table, identifier

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection
    from pandera.polars import DataFrameSchema

# Rows that Pandera sees at a time; a multiple of DuckDB's row group of 122,880.
BATCH_ROWS = 245_760


def constraint_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for every cell that breaks a constraint and every row that breaks a rule."""
    plan = make_plan(con, table)
    yield from plan.findings
    if not plan.columns:
        return
    names = table.schema.names
    select = ", ".join(f"f{names.index(name)} AS {identifier(name)}" for name in plan.columns)
    extra = f"{table.record_sql} AS _record, {table.key_sql()} AS _key"
    import polars

    for start in range(0, table.rows, BATCH_ROWS):
        rows = f"rowid >= {start} AND rowid < {start + BATCH_ROWS}"
        frame = polars.DataFrame(con.sql(f"SELECT {select} FROM {table.relation} WHERE {rows}"))
        failures = list(_failures(plan.schema, frame))
        if not failures:
            continue
        places = con.execute(f"SELECT {extra} FROM {table.relation} WHERE {rows}").fetchall()
        yield from _findings(table, plan, frame, places, failures)


def _failures(schema: DataFrameSchema, frame: pl.DataFrame) -> Iterator[tuple[str, str, list[int]]]:
    """Yield (rule code, column or empty, failing row indices) as Pandera reports them."""
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            output = error.check_output
            if output is None or error.check is None:
                raise RuntimeError(f"Pandera could not run a check: {error}") from error
            passed = output.lazy().collect().to_series().fill_null(True)
            yield error.check.name, error.column_name or "", (~passed).arg_true().to_list()


def _findings(
    table: Table,
    plan: Plan,
    frame: pl.DataFrame,
    places: list[tuple[int, str | None]],
    failures: list[tuple[str, str, list[int]]],
) -> Iterator[Finding]:
    # Constraints first: a row rule is silent about cells that already have a finding.
    for code, column, indices in sorted(failures, key=lambda item: (item[0][0] != "C", item[0])):
        rule = plan.rules.get(code)
        for index in indices:
            record, key = places[index]
            if record in table.untrusted:
                continue
            involved = rule.columns if rule else (column,)
            if any((record, name) in table.faulty for name in involved):
                continue
            shown = involved[0]
            value = frame[shown][index]
            text = None if value is None else str(value)
            if rule:
                message, hint = rule.rule.title, rule.rule.hint
                found = rule.rule.finding(table.resource.path, message)
            else:
                message, hint = plan.messages[code, column](value)
                found = builtin_rule(code).finding(table.resource.path, message)
                table.faulty.add((record, column))
            yield _replace(
                found,
                hint=hint or found.hint,
                table=table.name,
                record=record,
                key=key or None,
                column=shown,
                position=table.header.positions.get(shown, -1) + 1,
                value=text,
            )


def _replace(finding: Finding, **changes: Any) -> Finding:
    import dataclasses

    return dataclasses.replace(finding, **changes)
