"""Consistency queries: one SELECT each over the typed tables, on the locked connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.findings import Finding, builtin_rule
from toolkit.package import QueryRule
from toolkit.tables import (
    Database,
    QueryError,
    Table,
    identifier,
    literal,
    select,
    syntax_of,
    tables_used,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = ["table_name", "key", "column_name", "value", "message"]


@dataclass(slots=True)
class QueryResult:
    """What a consistency query returned. ``skipped`` says why it could not be run."""

    rule: QueryRule
    looked_at: int = 0
    skipped: str = ""
    rows: list[tuple[object, ...]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def run_query(con: DuckDBPyConnection, database: Database, rule: QueryRule) -> QueryResult:
    """Run one consistency query; a fault of the query itself becomes a finding D011."""
    try:
        if database.lost:
            # A macro that is not there would be an error before its name could be looked up.
            missing = sorted(database.lost.keys() & syntax_of(con, rule.sql).names)
            if missing:
                return QueryResult(rule, skipped=database.lost[missing[0]])
        used = tables_used(con, rule.sql)
        names, rows = select(con, rule.sql)
    except QueryError as error:
        return _invalid(rule, str(error), error.line)
    if names != COLUMNS:
        expected, found = ", ".join(COLUMNS), ", ".join(names)
        return _invalid(rule, f"the columns are {found}, not {expected}")
    tables = database.tables.values()
    looked_at = sum(table.rows for table in tables if table.relation.rpartition(".")[2] in used)
    return QueryResult(rule, looked_at, rows=rows)


def query_findings(database: Database, result: QueryResult) -> Iterator[Finding]:
    """Yield the findings of a query that was run, once those of the cells are known."""
    yield from result.findings
    yield from _findings(database, result.rule, result.rows)


def _invalid(rule: QueryRule, message: str, line: int | None = None) -> QueryResult:
    found = builtin_rule("D011").finding(rule.path, message, line=line)
    return QueryResult(rule, skipped="the query cannot be run", findings=[found])


def _findings(
    database: Database, rule: QueryRule, rows: list[tuple[object, ...]]
) -> Iterator[Finding]:
    texts = [[None if cell is None else str(cell) for cell in row] for row in rows]
    records = {
        name: _records(database.tables[name], database, [row[1] for row in texts if row[0] == name])
        for name in {row[0] for row in texts}
        if name in database.tables
    }
    for name, key, column, value, message in texts:
        table = database.tables.get(name or "")
        if table is None:
            note = f"the query names {name!r}, which is no table of the package"
            yield builtin_rule("D011").finding(rule.path, note)
            continue
        record = records[table.name].get(key or "")
        if key in table.repeated or (record and table.is_spared(record, column or "")):
            continue
        yield rule.rule.finding(
            table.resource.path,
            message or rule.rule.title,
            table=table.name,
            record=record,
            key=key,
            column=column,
            position=table.header.positions.get(column or "", -1) + 1,
            value=value,
        )


def _records(table: Table, database: Database, keys: list[str | None]) -> dict[str, int]:
    """Return the record in which each key stands first."""
    wanted = ", ".join(sorted({literal(key) for key in keys if key is not None}))
    if not wanted:
        return {}
    _, rows = select(
        database.con,
        f"SELECT _key, min(_record) FROM {identifier(table.name)} "
        f"WHERE _key IN ({wanted}) GROUP BY _key",
    )
    return dict(rows)
