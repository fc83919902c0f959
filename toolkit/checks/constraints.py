"""Constraints and row rules, held by Pandera against every row of a typed table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from toolkit.checks.plan import Plan, make_plan
from toolkit.findings import Finding, builtin_rule
from toolkit.package import as_text
from toolkit.tables import Table, stream

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection
    from pandera.polars import DataFrameSchema

# Rows that Pandera sees at a time; a multiple of DuckDB's row group of 122,880.
BATCH_ROWS = 245_760


def constraint_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for every cell that breaks a constraint and every row that breaks a rule."""
    from toolkit.checks.whole import passes

    plan = make_plan(con, table)
    yield from plan.findings
    if not plan.columns:
        return
    extra = f"{table.record_sql}, {table.key_sql()}"
    for start, frame in _batches(con, table, plan.columns):
        if passes(plan.whole, frame):
            continue
        failures = [
            failure
            for schema in plan.schemas
            for failure in _failures(schema, frame.select(*schema.columns))
        ]
        wanted = sorted({start + index for _, _, indices in failures for index in indices or ()})
        at = f"{table.relation} WHERE rowid IN (SELECT unnest(?::BIGINT[]))"
        places = {
            index - start: (record, key)
            for index, record, key in stream(con, f"SELECT rowid, {extra} FROM {at}", [wanted])
        }
        batch = _Batch(table, plan, frame, places)
        marks = []
        for finding in (one for failure in failures for one in batch.constraint(*failure)):
            marks.append((finding.record or 0, finding.column or ""))
            yield finding
        # Only now: a cell may break several constraints.
        for mark in marks:
            table.mark(*mark)
        for failure in failures:
            yield from batch.row_rule(*failure)


def _batches(
    con: DuckDBPyConnection, table: Table, columns: list[str]
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield some columns of a table, batch by batch, with the first rowid of each.

    The next batch is fetched while the last one is checked.
    """
    import polars

    def fetch(start: int) -> pl.DataFrame:
        rows = f"rowid >= {start} AND rowid < {start + BATCH_ROWS}"
        sql = f"SELECT {', '.join(columns)} FROM {table.relation} WHERE {rows}"
        with con.cursor() as cursor:
            return polars.DataFrame(cursor.sql(sql))

    starts = range(0, table.rows, BATCH_ROWS)
    with ThreadPoolExecutor(max_workers=1) as pool:
        upcoming = pool.submit(fetch, 0)
        for start in starts:
            frame = upcoming.result()
            if start + BATCH_ROWS < table.rows:
                upcoming = pool.submit(fetch, start + BATCH_ROWS)
            yield start, frame


def _failures(
    schema: DataFrameSchema, frame: pl.DataFrame
) -> Iterator[tuple[str, str, list[int] | None]]:
    """Yield (rule code, column or empty, failing row indices) as Pandera reports them.

    The indices are None where a check could not be run on these rows.
    """
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            code = error.check.name if error.check else ""
            indices = None
            if error.check_output is not None:
                passed = error.check_output.lazy().collect().to_series().fill_null(True)
                indices = (~passed).arg_true().to_list()
            yield code, error.column_name or "", indices


@dataclasses.dataclass(frozen=True, slots=True)
class _Batch:
    """Some rows of a table as Pandera saw them, with the record and key of each."""

    table: Table
    plan: Plan
    frame: pl.DataFrame
    places: dict[int, tuple[int, str | None]]

    def constraint(self, code: str, column: str, indices: list[int] | None) -> Iterator[Finding]:
        """Yield the findings of a constraint; nothing if the failure is one of a row rule."""
        if code in self.plan.rules:
            return
        if indices is None:
            raise RuntimeError(f"Pandera could not check {code} in {self.table.name}")
        name = self.table.schema.names[int(column[1:])]
        for index in indices:
            record, _ = self.places[index]
            if not self.table.is_spared(record, name):
                message, hint = self.plan.messages[code, name](self.frame[column][index])
                found = builtin_rule(code).finding(self.table.resource.path, message)
                yield self._placed(found, index, name, hint)

    def row_rule(self, code: str, column: str, indices: list[int] | None) -> Iterator[Finding]:
        """Yield the findings of a row rule; nothing if the failure is one of a constraint."""
        rule = self.plan.rules.get(code)
        if rule is None:
            return
        if indices is None:
            message = f"the row rule {code} cannot be run on every row of {self.table.name}"
            schema = self.table.schema
            line = schema.line("rules", rule.index)
            yield builtin_rule("D011").finding(
                schema.file, message, line=line, table=self.table.name
            )
            return
        for index in indices:
            record, _ = self.places[index]
            # A row rule is silent about cells that have a finding of their own.
            if not self.table.is_spared(record, *rule.columns):
                found = rule.rule.finding(self.table.resource.path, rule.rule.title)
                yield self._placed(found, index, rule.columns[0], "")

    def _placed(self, finding: Finding, index: int, name: str, hint: str) -> Finding:
        record, key = self.places[index]
        column = self.table.column(name)
        value = self.frame[column][index] if column in self.frame.columns else None
        return dataclasses.replace(
            finding,
            hint=hint or finding.hint,
            table=self.table.name,
            record=record,
            key=key or None,
            column=name,
            position=self.table.header.positions.get(name, -1) + 1,
            value=None if value is None else as_text(value),
        )
