"""Faults that the typed table itself shows: blank rows and cells that are not of their type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Rule, builtin_rule
from toolkit.package import Field
from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE
from toolkit.tables.grammar import BLANKS
from toolkit.tables.queries import stream
from toolkit.tables.table import Table
from toolkit.tables.types import TYPE_RULES, cast, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def blank_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for each row that holds nothing but missing values, and set it apart."""
    empty = []
    for index, one in enumerate(table.schema.fields):
        texts = [f"bad[{index + 1}]"] + [f"f{index}"] * (cast(one).type == "VARCHAR")
        if cast(one).type != "VARCHAR":
            empty.append(f"f{index} IS NULL")
        for text in texts:
            # A cell of spaces counts as empty where an empty cell does.
            spaces = f" OR trim({text}, {literal(BLANKS)}) = ''" if "" in one.missing_values else ""
            empty.append(f"({text} IS NULL{spaces})")
    table.blank_sql = " AND ".join(["NOT other", *empty])
    rows = stream(
        con,
        f"SELECT {table.record_sql} AS record FROM {table.relation} "
        f"WHERE {table.blank_sql} ORDER BY record",
    )
    found = False
    for (record,) in rows:
        if record in table.untrusted:
            continue
        found = True
        table.untrusted.add(record)
        yield builtin_rule("S006").finding(
            table.resource.path, "the row is blank", table=table.name, record=record
        )
    if not found:
        table.blank_sql = ""


def type_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding for each cell that is not of its field's type."""
    rules: dict[str, Rule] = {}
    rows = stream(
        con,
        f"SELECT {table.record_sql} AS record, {table.key_sql()}, bad FROM {table.relation} "
        "WHERE bad IS NOT NULL ORDER BY record",
    )
    for record, key, texts in rows:
        for one, value in zip(table.schema.fields, texts, strict=True):
            if value is None or table.is_spared(record, one.name):
                continue
            table.mark(record, one.name)
            rule = rules.get(one.name) or rules.setdefault(one.name, _type_rule(one))
            kind = one.type if one.format == "default" else f"{one.type} ({one.format})"
            yield rule.finding(
                table.resource.path,
                f"{_shown(value)} is not of type {kind}",
                table=table.name,
                record=record,
                key=key or None,
                column=one.name,
                position=table.header.positions[one.name] + 1,
                value=value,
            )


def _type_rule(one: Field) -> Rule:
    """The rule of a field's type; that of a boolean says how the field writes true and false."""
    rule = builtin_rule(TYPE_RULES.get(one.type, "T001"))
    if one.type != "boolean":
        return rule
    true, false = one.texts("trueValues", DEFAULT_TRUE), one.texts("falseValues", DEFAULT_FALSE)
    return replace(rule, hint=f"Write {true[0]} or {false[0]}.") if true and false else rule


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:60] + "…")
