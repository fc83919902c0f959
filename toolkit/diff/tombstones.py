"""Tombstones: rows that say of an identifier that it was removed, and what stands for it now.

A table holds tombstones if its schema has the fields ``table_name``; ``id`` or ``key``; and
``successor`` or ``replaced_by``. The first names a table, the second the primary key of a row that
it had (the parts of a key of several fields joined by ``|``), the third the key of the row in the
same table that stands for it, empty if there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.diff.pair import Pair
from toolkit.package import Package, Schema
from toolkit.tables import stream

_TABLE, _KEYS, _SUCCESSORS = "table_name", ("id", "key"), ("successor", "replaced_by")
# A chain of renamings has at most so many steps.
_LONGEST = 1_000


def fields_of(schema: Schema | None) -> tuple[str, str, str] | None:
    """Return the three fields of a table of tombstones; None for any other table."""
    names = schema.names if schema else ()
    keys = [name for name in _KEYS if name in names]
    successors = [name for name in _SUCCESSORS if name in names]
    if _TABLE not in names or not keys or not successors:
        return None
    return _TABLE, keys[0], successors[0]


def tables_of_tombstones(package: Package) -> list[str]:
    """Return the names of the tables that hold tombstones."""
    return [one.name for one in package.resources if fields_of(one.schema)]


def marked_tables(package: Package) -> frozenset[str]:
    """Return the tables whose removed rows need a tombstone.

    They are those with a primary key of one field, if the package has a table of tombstones and if
    its field ``table_name`` may hold them.
    """
    found: set[str] = set()
    for one in package.resources:
        if one.schema and fields_of(one.schema):
            allowed = one.schema.field(_TABLE).enum
            found |= {
                other.name
                for other in package.resources
                if other.name != one.name
                and other.schema
                and len(other.schema.primary_key) == 1
                and (allowed is None or other.name in allowed)
            }
    return frozenset(found)


@dataclass(slots=True)
class Tombstones:
    """By table, the removed keys and what stands for each now; empty where nothing does."""

    tables: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, table: str) -> dict[str, str]:
        """Return the removed keys of a table."""
        return self.tables.get(table, {})


def read_tombstones(pair: Pair, package: Package) -> Tombstones:
    """Read the tombstones of the new side; chains are followed to their end."""
    found = Tombstones()
    for name in tables_of_tombstones(package):
        table = pair.table("new", name)
        named = fields_of(table.schema) if table else None
        if table is None or named is None:
            continue
        columns = ", ".join(f"CAST({table.column(one)} AS VARCHAR)" for one in named)
        sql = f"SELECT {columns} FROM {table.relation} ORDER BY rowid"
        for place, key, successor in stream(pair.database.con, sql):
            if place is not None and key is not None:
                found.tables.setdefault(place, {}).setdefault(key, successor or "")
    for successors in found.tables.values():
        for key in list(successors):
            successors[key] = _end(successors, key)
    return found


def _end(successors: dict[str, str], key: str) -> str:
    """Follow a chain; where it goes in a circle, the key's own successor stands."""
    seen, last = {key}, successors[key]
    while last in successors and len(seen) < _LONGEST:
        if last in seen:
            return successors[key]
        seen.add(last)
        if not successors[last]:
            return last
        last = successors[last]
    return last
