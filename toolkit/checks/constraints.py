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

# Rows that Pandera sees at a time; a multiple of DuckDB's row group of 122,880.
BATCH_ROWS = 245_760


def constraint_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for every cell that breaks a constraint and every row that breaks a rule."""
    from toolkit.checks.schemas import failing_rows, joint_schema

    plan = make_plan(con, table)
    yield from plan.findings
    if not plan.names:
        return
    schema = joint_schema(plan.checks)
    for start, frame in _batches(con, table, sorted(plan.names)):
        if rows := failing_rows(schema, frame):
            places = _places(con, table, [start + row for row in rows])
            yield from _findings(_Batch(table, plan, frame[rows], places))


def _places(con: DuckDBPyConnection, table: Table, rows: list[int]) -> list[tuple[int, str | None]]:
    """Return the record and key of some rows, given and returned in the order of the table."""
    return [
        (record, key)
        for record, key in stream(
            con,
            f"SELECT {table.record_sql}, {table.key_sql()} FROM {table.relation} "
            "WHERE rowid IN (SELECT unnest(?::BIGINT[])) ORDER BY rowid",
            [rows],
        )
    ]


def _findings(batch: _Batch) -> Iterator[Finding]:
    """Yield what is wrong with rows each of which fails some check."""
    from toolkit.checks.schemas import failures

    failed = list(failures(batch.plan.checks, batch.frame))
    marks = []
    for finding in (one for failure in failed for one in batch.constraint(*failure)):
        marks.append((finding.record or 0, finding.column or ""))
        yield finding
    # Only now: a cell may break several constraints.
    for mark in marks:
        batch.table.mark(*mark)
    for failure in failed:
        yield from batch.row_rule(*failure)


def _batches(
    con: DuckDBPyConnection, table: Table, names: list[str]
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield some fields of a table, batch by batch, with the first rowid of each.

    The next batch is fetched while the last one is checked.
    """
    import polars

    def fetch(start: int) -> pl.DataFrame:
        rows = f"rowid >= {start} AND rowid < {start + BATCH_ROWS}"
        sql = f"SELECT {', '.join(map(table.column, names))} FROM {table.relation} WHERE {rows}"
        with con.cursor() as cursor:
            frame = polars.DataFrame(cursor.sql(sql))
        # DuckDB folds case, so that the names themselves need not be told apart by it.
        frame.columns = names
        return frame

    starts = range(0, table.rows, BATCH_ROWS)
    with ThreadPoolExecutor(max_workers=1) as pool:
        upcoming = pool.submit(fetch, 0)
        for start in starts:
            frame = upcoming.result()
            if start + BATCH_ROWS < table.rows:
                upcoming = pool.submit(fetch, start + BATCH_ROWS)
            yield start, frame


@dataclasses.dataclass(frozen=True, slots=True)
class _Batch:
    """Some rows of a table as Pandera saw them, with the record and key of each."""

    table: Table
    plan: Plan
    frame: pl.DataFrame
    places: list[tuple[int, str | None]]

    def constraint(self, code: str, name: str, indices: list[int] | None) -> Iterator[Finding]:
        """Yield the findings of a constraint; nothing if the failure is one of a row rule."""
        if code in self.plan.rules:
            return
        if indices is None:
            raise RuntimeError(f"Pandera could not check {code} in {self.table.name}")
        for index in indices:
            record, _ = self.places[index]
            if not self.table.is_spared(record, name):
                message, hint = self.plan.messages[code, name](self.frame[name][index])
                found = builtin_rule(code).finding(self.table.resource.path, message)
                yield self._placed(found, index, name, hint)

    def row_rule(self, code: str, name: str, indices: list[int] | None) -> Iterator[Finding]:
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
        value = self.frame[name][index] if name in self.frame.columns else None
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
