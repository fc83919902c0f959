"""Primary keys, unique values and foreign keys, in DuckDB over the typed tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from toolkit.findings import Finding, builtin_rule
from toolkit.package import ForeignKey
from toolkit.tables import Database, Table, cast

# How alike two keys must be for one to count as a misspelling of the other.
_ALIKE = 0.8
# How many keys of the other table are searched for a suggestion.
_SUGGESTION_POOL = 50_000


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


def _spared(table: Table, record: int, names: tuple[str, ...]) -> bool:
    """Whether the row or one of the cells already has a finding of its own."""
    return record in table.untrusted or any((record, name) in table.faulty for name in names)


def _incomplete(database: Database, table: Table) -> Iterator[Finding]:
    for name in table.schema.primary_key:
        rows = database.con.execute(
            f"SELECT {table.record_sql}, {table.key_sql()} FROM {table.relation} "
            f"WHERE {table.column(name)} IS NULL ORDER BY rowid"
        ).fetchall()
        for record, key in rows:
            if not _spared(table, record, (name,)):
                table.faulty.add((record, name))
                message = f"{name} is part of the primary key but empty"
                yield _finding("K002", table, _Row(record, key), name, message, "")


def _repeated(
    database: Database, table: Table, names: tuple[str, ...], code: str
) -> Iterator[Finding]:
    columns = ", ".join(table.column(name) for name in names)
    filled = " AND ".join(f"{table.column(name)} IS NOT NULL" for name in names)
    repeated = (
        f"SELECT {columns}, min(rowid) AS first FROM {table.relation} "
        f"WHERE {filled} GROUP BY {columns} HAVING count(*) > 1"
    )
    shown = ", ".join(f"CAST({table.column(name)} AS VARCHAR)" for name in names)
    records = f"SELECT rowid AS row, {table.record_sql} AS record FROM {table.relation}"
    rows = database.con.execute(
        f"WITH repeated AS ({repeated}), places AS ({records}) "
        f"SELECT own.record, {table.key_sql()}, other.record, concat_ws(', ', {shown}) "
        f"FROM {table.relation} JOIN repeated USING ({columns}) "
        f"JOIN places own ON own.row = {table.relation}.rowid "
        f"JOIN places other ON other.row = repeated.first "
        f"WHERE {table.relation}.rowid > repeated.first ORDER BY own.record"
    ).fetchall()
    for record, key, first, value in rows:
        if record in table.untrusted:
            continue
        if code == "K001":
            table.repeated.add(key)
        message = f"{', '.join(names)} {value!r} stands already in record {first}"
        yield _finding(code, table, _Row(record, key), names[0], message, value)


def _dangling(
    database: Database, table: Table, reference: ForeignKey, target: Table
) -> Iterator[Finding]:
    pairs = list(zip(reference.fields, reference.reference, strict=True))
    conditions = " AND ".join(_equal(table, own, target, other) for own, other in pairs)
    filled = " AND ".join(f"child.{table.column(own)} IS NOT NULL" for own, _ in pairs)
    shown = ", ".join(f"CAST(child.{table.column(own)} AS VARCHAR)" for own, _ in pairs)
    rows = database.con.execute(
        f"WITH child AS (SELECT *, rowid AS row, {table.record_sql} AS _record, "
        f"{table.key_sql()} AS _key FROM {table.relation}) "
        f"SELECT child._record, child._key, concat_ws('|', {shown}) FROM child "
        f"ANTI JOIN {target.relation} parent ON {conditions} WHERE {filled} ORDER BY child.row"
    ).fetchall()
    if not rows:
        return
    known, lost = _parent_keys(database, target, reference.reference)
    hints: dict[str, str] = {}
    for record, key, value in rows:
        if _spared(table, record, reference.fields) or _means_lost_row(value, lost):
            continue
        if value not in hints:
            close = get_close_matches(value, known, n=1, cutoff=_ALIKE)
            hints[value] = f"Did you mean {close[0]!r}?" if close else ""
        message = f"{value!r} is not in {', '.join(reference.reference)} of {target.name}"
        found = _finding("K005", table, _Row(record, key), reference.fields[0], message, value)
        yield _with_hint(found, hints[value])


def _with_hint(finding: Finding, hint: str) -> Finding:
    import dataclasses

    return dataclasses.replace(finding, hint=hint) if hint else finding


def _equal(table: Table, own: str, target: Table, other: str) -> str:
    """Typed values compare as they are; keys of different types compare as text."""
    left, right = f"child.{table.column(own)}", f"parent.{target.column(other)}"
    if cast(table.schema.field(own)).type == cast(target.schema.field(other)).type:
        return f"{left} = {right}"
    return f"CAST({left} AS VARCHAR) = CAST({right} AS VARCHAR)"


def _parent_keys(
    database: Database, target: Table, names: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """Return keys to suggest, and the texts of keys in rows that already have a finding."""
    typed = [f"CAST({target.column(name)} AS VARCHAR)" for name in names]
    shown = ", ".join(typed)
    known = database.con.execute(
        f"SELECT DISTINCT concat_ws('|', {shown}) AS key FROM {target.relation} "
        f"ORDER BY key LIMIT {_SUGGESTION_POOL}"
    ).fetchall()
    faulty = {record for record, name in target.faulty if name in names} | target.untrusted
    pairs = zip(names, typed, strict=True)
    texts = ", ".join(f"coalesce({target.raw(name)}, {value})" for name, value in pairs)
    lost: list[tuple[str]] = []
    if faulty:
        lost = database.con.execute(
            f"SELECT concat_ws('|', {texts}) FROM {target.relation} "
            f"WHERE {target.record_sql} IN (SELECT unnest(?))",
            [sorted(faulty)],
        ).fetchall()
    return [key for (key,) in known], [key for (key,) in lost if key]


def _means_lost_row(value: str, lost: list[str]) -> bool:
    """Whether a key means a row of the other table whose own key is faulty.

    That row has its finding; one more for each row that refers to it would bury it.
    """
    value = value.casefold()
    folded = [key.casefold() for key in lost]
    return any(
        value in key or SequenceMatcher(None, value, key).ratio() >= _ALIKE for key in folded
    )
