"""Primary keys, unique values and foreign keys, in DuckDB over the typed tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.findings import Finding, builtin_rule
from toolkit.package import ForeignKey
from toolkit.tables import Database, Table, cast, stream

# A key that is this near to another, in letters to change, counts as a misspelling of it.
_NEAR = 2
# How many missing keys get a suggestion, and among how many rows it is sought, the first ones.
_SUGGESTIONS, _POOL = 200, 100_000
# Of longer keys the distance costs more than the suggestion is worth.
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class _Row:
    record: int
    key: str | None


def key_findings(database: Database, table: Table) -> Iterator[Finding]:
    """Yield a finding for every row that breaks a key of its table."""
    schema = table.schema
    if schema.primary_key and not table.absent & set(schema.primary_key):
        yield from _incomplete(database, table)
        yield from _repeated(database, table, schema.primary_key, "K001")
    for one in schema.fields:
        alone = (one.name,)
        if one.constraints.get("unique") is True and alone != schema.primary_key:
            yield from _repeated(database, table, alone, "K003")
    for key in schema.unique_keys:
        if key != schema.primary_key and not table.absent & set(key):
            yield from _repeated(database, table, key, "K004")
    for reference in schema.foreign_keys:
        target = database.tables.get(reference.resource)
        if target is None or table.absent & set(reference.fields):
            continue
        if all(name in target.header.positions for name in reference.reference):
            yield from _dangling(database, table, reference, target)


def _finding(code: str, table: Table, row: _Row, column: str, message: str, value: str) -> Finding:
    return builtin_rule(code).finding(
        table.resource.path,
        message,
        table=table.name,
        record=row.record,
        key=row.key or None,
        column=column,
        position=table.header.positions.get(column, -1) + 1,
        value=value,
    )


def _incomplete(database: Database, table: Table) -> Iterator[Finding]:
    for name in table.schema.primary_key:
        rows = stream(
            database.con,
            f"SELECT {table.record_sql} AS record, {table.key_sql()} FROM {table.relation} "
            f"WHERE {table.column(name)} IS NULL ORDER BY record",
        )
        for record, key in rows:
            if not table.is_spared(record, name):
                table.mark(record, name)
                message = f"{name} is part of the primary key but empty"
                yield _finding("K002", table, _Row(record, key), name, message, "")


def _repeated(
    database: Database, table: Table, names: tuple[str, ...], code: str
) -> Iterator[Finding]:
    columns = ", ".join(table.column(name) for name in names)
    filled = " AND ".join(f"{table.column(name)} IS NOT NULL" for name in names)
    shown = ", ".join(f"CAST({table.column(name)} AS VARCHAR)" for name in names)
    # The key and the place of a row are made only once its values are known to be repeated.
    rows = stream(
        database.con,
        f"WITH repeated AS (SELECT {columns} FROM {table.relation} WHERE {filled} "
        f"GROUP BY {columns} HAVING count(*) > 1) "
        f"SELECT {table.record_sql} AS place, {table.key_sql()}, "
        f"min({table.record_sql}) OVER (PARTITION BY {columns}) AS first, concat_ws(', ', {shown}) "
        f"FROM {table.relation} SEMI JOIN repeated USING ({columns}) "
        "QUALIFY place > first ORDER BY place",
    )
    for place, key, first, value in rows:
        if place in table.untrusted:
            continue
        if code == "K001":
            table.repeated.add(key)
        message = f"{', '.join(names)} {value!r} stands already in record {first}"
        yield _finding(code, table, _Row(place, key), names[0], message, value)


def _dangling(
    database: Database, table: Table, reference: ForeignKey, target: Table
) -> Iterator[Finding]:
    pairs = list(zip(reference.fields, reference.reference, strict=True))
    conditions = " AND ".join(_equal(table, own, target, other) for own, other in pairs)
    filled = " AND ".join(f"child.{table.column(own)} IS NOT NULL" for own, _ in pairs)
    shown = ", ".join(f"CAST({table.column(own)} AS VARCHAR)" for own, _ in pairs)
    dangling = (
        f"SELECT {table.record_sql} AS record, {table.key_sql()} AS key, "
        f"concat_ws('|', {shown}) AS value FROM {table.relation} child "
        f"ANTI JOIN {target.relation} parent ON {conditions} WHERE {filled}"
    )
    count = database.con.execute(f"CREATE OR REPLACE TABLE cells.dangling AS {dangling}").fetchall()
    if count == [(0,)]:
        return
    lost = _lost(database, target, reference.reference)
    near = _near(database, target, reference.reference)
    for record, key, value in stream(
        database.con, "SELECT record, key, value FROM cells.dangling ORDER BY record"
    ):
        if table.is_spared(record, *reference.fields) or value in lost:
            continue
        message = f"{value!r} is not in {', '.join(reference.reference)} of {target.name}"
        found = _finding("K005", table, _Row(record, key), reference.fields[0], message, value)
        hint = f"Did you mean {near[value]!r}?" if value in near else found.hint
        yield dataclasses.replace(found, hint=hint)


def _equal(table: Table, own: str, target: Table, other: str) -> str:
    """Typed values compare as they are; keys of different types compare as text."""
    left, right = f"child.{table.column(own)}", f"parent.{target.column(other)}"
    if cast(table.schema.field(own)).type == cast(target.schema.field(other)).type:
        return f"{left} = {right}"
    return f"CAST({left} AS VARCHAR) = CAST({right} AS VARCHAR)"


def _near(database: Database, target: Table, names: tuple[str, ...]) -> dict[str, str]:
    """Return, for the first missing keys, the key of the other table that is most like each.

    The distance is that of Damerau and Levenshtein; letters changed only in case are nearest.
    """
    shown = ", ".join(f"CAST({target.column(name)} AS VARCHAR)" for name in names)
    rows = database.con.execute(
        "WITH missing AS (SELECT value FROM cells.dangling "
        f"WHERE length(value) <= {_LONGEST} GROUP BY value "
        f"ORDER BY min(record) LIMIT {_SUGGESTIONS}), "
        f"known AS (SELECT concat_ws('|', {shown}) AS key FROM {target.relation} "
        f"WHERE rowid < {_POOL}), "
        "pairs AS (SELECT value, key, damerau_levenshtein(lower(value), lower(key)) AS distance "
        f"FROM missing JOIN known ON abs(length(value) - length(key)) <= {_NEAR}) "
        "SELECT value, arg_min(key, (distance, key)) FROM pairs "
        # Of very short keys every other one is near.
        f"WHERE distance <= least({_NEAR}, length(value) // 3) GROUP BY value"
    ).fetchall()
    return dict(rows)


def _lost(database: Database, target: Table, names: tuple[str, ...]) -> set[str]:
    """Return the missing keys that mean a row of the other table whose own key is faulty.

    That row has its finding; one more for each row that refers to it would bury it.
    """
    faulty = sorted(target.faulty(*names))[:_POOL]
    typed = [f"CAST({target.column(name)} AS VARCHAR)" for name in names]
    texts = ", ".join(
        f"coalesce({target.raw(name)}, {value})" for name, value in zip(names, typed, strict=True)
    )
    rows = database.con.execute(
        "WITH missing AS (SELECT DISTINCT value FROM cells.dangling "
        f"WHERE length(value) <= {_LONGEST}), "
        f"lost AS (SELECT DISTINCT lower(concat_ws('|', {texts})) AS key FROM {target.relation} "
        f"WHERE {target.record_sql} IN (SELECT unnest(?::BIGINT[])) "
        f"AND length(concat_ws('|', {texts})) <= {_LONGEST}) "
        "SELECT DISTINCT value FROM missing JOIN lost "
        "ON key <> '' AND (contains(key, lower(value)) "
        f"OR damerau_levenshtein(lower(value), key) <= least({_NEAR}, length(value) // 3))",
        [faulty],
    ).fetchall()
    return {value for (value,) in rows}
