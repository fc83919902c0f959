"""Faults that the typed table itself shows: blank rows and cells that are not of their type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.findings import Finding, builtin_rule
from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE
from toolkit.tables.scan import BLANKS
from toolkit.tables.table import Table
from toolkit.tables.types import TYPE_RULES, cast, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def blank_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for each row that holds nothing but missing values, and set it apart."""
    conditions = []
    for index, one in enumerate(table.schema.fields):
        texts = [f"r{index}", f"f{index}"] if cast(one).type == "VARCHAR" else [f"r{index}"]
        conditions.append(f"f{index} IS NULL" if len(texts) == 1 else "TRUE")
        for text in texts:
            # A cell of spaces counts as empty where an empty cell does.
            spaces = f" OR trim({text}, {literal(BLANKS)}) = ''" if "" in one.missing_values else ""
            conditions.append(f"({text} IS NULL{spaces})")
    table.blank_sql = " AND ".join([*conditions, "NOT other"])
    rows = con.execute(
        f"SELECT {table.record_sql} FROM {table.relation} WHERE {table.blank_sql} ORDER BY rowid"
    ).fetchall()
    for (record,) in rows:
        table.untrusted.add(record)
        yield builtin_rule("S006").finding(
            table.resource.path, "the row is blank", table=table.name, record=record
        )
    if not rows:
        table.blank_sql = ""


def type_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for each cell that is not of its field's type."""
    fields = table.schema.fields
    counts = con.execute(
        "SELECT "
        + ", ".join(f"count(r{n})" for n in range(len(fields)))
        + f" FROM {table.relation}"
    ).fetchall()[0]
    for index, one in enumerate(fields):
        if not counts[index]:
            continue
        rule = builtin_rule(TYPE_RULES[one.type])
        words = ""
        if one.type == "boolean":
            true, false = (
                one.texts("trueValues", DEFAULT_TRUE),
                one.texts("falseValues", DEFAULT_FALSE),
            )
            words = f"{true[0]} or {false[0]}" if true and false else ""
        kind = one.type if one.format == "default" else f"{one.type} ({one.format})"
        rows = con.execute(
            f"SELECT {table.record_sql}, r{index}, {table.key_sql()} FROM {table.relation} "
            f"WHERE r{index} IS NOT NULL ORDER BY rowid"
        ).fetchall()
        for record, value, key in rows:
            if record in table.untrusted or (record, one.name) in table.faulty:
                continue
            table.faulty.add((record, one.name))
            yield replace(rule, hint=f"Write {words}." if words else rule.hint).finding(
                table.resource.path,
                f"{_shown(value)} is not of type {kind}",
                table=table.name,
                record=record,
                key=key or None,
                column=one.name,
                position=table.header.positions[one.name] + 1,
                value=value,
            )


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:60] + "…")
