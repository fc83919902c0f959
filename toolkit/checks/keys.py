"""Primary keys, unique values and foreign keys, in DuckDB over the typed tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.findings import Finding, builtin_rule
from toolkit.package import ForeignKey
from toolkit.tables import Database, Table, cast, literal, stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A key that is this near to another, in letters to change, counts as a misspelling of it.
_NEAR = 2
# How many missing keys get a suggestion, and among how many rows it is sought, the first ones.
_SUGGESTIONS, _POOL = 200, 100_000
# Of longer keys the distance costs more than the suggestion is worth.
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class BrokenKey:
    """The rows of a table that break one of its keys.

    ``relation`` holds the record, key and value of each, and the record in which a repeated value
    stands first. ``names`` are the fields, ``reference`` is given for a foreign key, with the key
    of the other table that each missing one is ``near``; those ``meant`` differ from no other key
    in capital letters only.
    """

    code: str
    names: tuple[str, ...]
    relation: str
    reference: ForeignKey | None
    near: dict[str, str]
    meant: frozenset[str] = frozenset()


def broken_keys(con: DuckDBPyConnection, database: Database, table: Table) -> list[BrokenKey]:
    """Hold every key of a table against its rows and return those that some row breaks.

    Reads nothing but the typed tables, so that it can go on beside other checks.
    """
    broken = []
    for number, (code, names, reference, rows) in enumerate(_queries(database, table)):
        relation = f"{table.relation}_key{number}"
        if con.execute(f"CREATE TABLE {relation} AS {rows}").fetchall() != [(0,)]:
            near = _near(con, database, relation, reference) if reference else {}
            keys = {value: key for value, (key, _) in near.items()}
            meant = frozenset(value for value, (_, spelt) in near.items() if spelt == 1)
            broken.append(BrokenKey(code, names, relation, reference, keys, meant))
    return broken


def _queries(
    database: Database, table: Table
) -> Iterator[tuple[str, tuple[str, ...], ForeignKey | None, str]]:
    """Yield rule, fields, reference and the SELECT of the rows at fault for each key of a table."""
    schema = table.schema
    if schema.primary_key and not table.absent & set(schema.primary_key):
        for name in schema.primary_key:
            yield "K002", (name,), None, _incomplete(table, name)
        yield "K001", schema.primary_key, None, _repeated(table, schema.primary_key)
    for one in schema.fields:
        alone = (one.name,)
        if one.constraints.get("unique") is True and alone != schema.primary_key:
            yield "K003", alone, None, _repeated(table, alone)
    for key in schema.unique_keys:
        if key != schema.primary_key and not table.absent & set(key):
            yield "K004", key, None, _repeated(table, key)
    for reference in schema.foreign_keys:
        target = database.tables.get(reference.resource)
        if target is None or table.absent & set(reference.fields):
            continue
        if all(name in target.header.positions for name in reference.reference):
            yield "K005", reference.fields, reference, _dangling(table, reference, target)


def _row(table: Table, names: tuple[str, ...], mark: str) -> str:
    """Return the select list of a row at fault: record, key and the value of some fields."""
    shown = ", ".join(f"CAST({table.column(name)} AS VARCHAR)" for name in names)
    return (
        f"{table.record_sql} AS record, {table.key_sql()} AS key, "
        f"concat_ws({literal(mark)}, {shown}) AS value"
    )


def _incomplete(table: Table, name: str) -> str:
    return (
        f"SELECT {_row(table, (name,), '')} FROM {table.relation} "
        f"WHERE {table.column(name)} IS NULL"
    )


def _repeated(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(table.column(name) for name in names)
    filled = " AND ".join(f"{table.column(name)} IS NOT NULL" for name in names)
    # Equal values have equal hashes, which are quicker to group: what shares one is looked at.
    rows = f"(SELECT *, rowid, hash({columns}) AS hash FROM {table.relation} WHERE {filled})"
    return (
        f"WITH repeated AS (SELECT hash FROM {rows} GROUP BY hash HAVING count(*) > 1) "
        f"SELECT {_row(table, names, ', ')}, "
        f"min({table.record_sql}) OVER (PARTITION BY {columns}) AS first "
        f"FROM {rows} SEMI JOIN repeated USING (hash) QUALIFY record > first"
    )


def _dangling(table: Table, reference: ForeignKey, target: Table) -> str:
    pairs = list(zip(reference.fields, reference.reference, strict=True))
    conditions = " AND ".join(_equal(table, own, target, other) for own, other in pairs)
    filled = " AND ".join(f"child.{table.column(own)} IS NOT NULL" for own, _ in pairs)
    return (
        f"SELECT {_row(table, reference.fields, '|')} FROM {table.relation} child "
        f"ANTI JOIN {target.relation} parent ON {conditions} WHERE {filled}"
    )


def key_findings(database: Database, table: Table, broken: list[BrokenKey]) -> Iterator[Finding]:
    """Yield a finding for every row that breaks a key, unless it or its cell has one already."""
    for one in broken:
        if one.code == "K002":
            yield from _incomplete_findings(database, table, one)
        elif one.reference:
            yield from _dangling_findings(database, table, one, one.reference)
        else:
            yield from _repeated_findings(database, table, one)


def _rows(database: Database, broken: BrokenKey) -> Iterator[tuple[Any, ...]]:
    return stream(database.con, f"SELECT * FROM {broken.relation} ORDER BY record")


def _finding(
    table: Table, broken: BrokenKey, record: int, key: str | None, message: str, value: str
) -> Finding:
    column = broken.names[0]
    return builtin_rule(broken.code).finding(
        table.resource.path,
        message,
        table=table.name,
        record=record,
        key=key or None,
        column=column,
        position=table.header.positions.get(column, -1) + 1,
        value=value,
    )


def _incomplete_findings(database: Database, table: Table, broken: BrokenKey) -> Iterator[Finding]:
    (name,) = broken.names
    for record, key, _ in _rows(database, broken):
        if not table.is_spared(record, name):
            table.mark(record, name)
            message = f"{name} is part of the primary key but empty"
            yield _finding(table, broken, record, key, message, "")


def _repeated_findings(database: Database, table: Table, broken: BrokenKey) -> Iterator[Finding]:
    for record, key, value, first in _rows(database, broken):
        if record in table.untrusted:
            continue
        if broken.code == "K001":
            table.repeated.add(key)
        message = f"{', '.join(broken.names)} {value!r} stands already in record {first}"
        yield _finding(table, broken, record, key, message, value)


def _dangling_findings(
    database: Database, table: Table, broken: BrokenKey, reference: ForeignKey
) -> Iterator[Finding]:
    target = database.tables[reference.resource]
    lost = _lost(database, target, broken.relation, reference.reference)
    for record, key, value in _rows(database, broken):
        if table.is_spared(record, *reference.fields) or value in lost:
            continue
        message = f"{value!r} is not in {', '.join(reference.reference)} of {target.name}"
        found = _finding(table, broken, record, key, message, value)
        hint = f"Did you mean {broken.near[value]!r}?" if value in broken.near else found.hint
        plain = len(reference.fields) == 1 and table.schema.field(reference.fields[0]).type
        fix = broken.near[value] if plain == "string" and value in broken.meant else None
        yield dataclasses.replace(found, hint=hint, fix=fix)


def _equal(table: Table, own: str, target: Table, other: str) -> str:
    """Typed values compare as they are; keys of different types compare as text."""
    left, right = f"child.{table.column(own)}", f"parent.{target.column(other)}"
    if cast(table.schema.field(own)).type == cast(target.schema.field(other)).type:
        return f"{left} = {right}"
    return f"CAST({left} AS VARCHAR) = CAST({right} AS VARCHAR)"


def _near(
    con: DuckDBPyConnection, database: Database, dangling: str, reference: ForeignKey
) -> dict[str, tuple[str, int]]:
    """Return, for the first missing keys, the key of the other table that is most like each.

    With it comes how many keys differ from the missing one in capital letters only, which is no
    distance; the distance of others is that of Damerau and Levenshtein.
    """
    target = database.tables[reference.resource]
    shown = ", ".join(f"CAST({target.column(name)} AS VARCHAR)" for name in reference.reference)
    rows = con.execute(
        f"WITH missing AS (SELECT value FROM {dangling} "
        f"WHERE length(value) <= {_LONGEST} GROUP BY value "
        f"ORDER BY min(record) LIMIT {_SUGGESTIONS}), "
        f"known AS (SELECT concat_ws('|', {shown}) AS key FROM {target.relation} "
        f"WHERE rowid < {_POOL}), "
        "pairs AS (SELECT value, key, damerau_levenshtein(lower(value), lower(key)) AS distance "
        f"FROM missing JOIN known ON abs(length(value) - length(key)) <= {_NEAR}) "
        "SELECT value, arg_min(key, (distance, key)), count(*) FILTER (distance = 0) FROM pairs "
        # Of very short keys every other one is near.
        f"WHERE distance <= least({_NEAR}, length(value) // 3) GROUP BY value"
    ).fetchall()
    return {value: (key, spelt) for value, key, spelt in rows}


def _lost(database: Database, target: Table, dangling: str, names: tuple[str, ...]) -> set[str]:
    """Return the missing keys that mean a row of the other table whose own key is faulty.

    That row has its finding; one more for each row that refers to it would bury it.
    """
    faulty = sorted(target.faulty(*names))[:_POOL]
    typed = [f"CAST({target.column(name)} AS VARCHAR)" for name in names]
    texts = ", ".join(
        f"coalesce({target.raw(name)}, {value})" for name, value in zip(names, typed, strict=True)
    )
    rows = database.con.execute(
        f"WITH missing AS (SELECT DISTINCT value FROM {dangling} "
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
