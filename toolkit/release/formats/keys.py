"""Which keys of the schemas a database can hold."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.package import ForeignKey
from toolkit.release.formats.shape import column_names
from toolkit.tables import Database, Table, identifier, type_of


def unique_keys(table: Table) -> list[tuple[str, ...]]:
    """Return the keys other than the primary one, each once."""
    schema = table.schema
    single = [(one.name,) for one in schema.fields if one.constraints.get("unique") is True]
    keys = dict.fromkeys((*single, *schema.unique_keys))
    return [key for key in keys if key != schema.primary_key]


def required(table: Table, name: str) -> bool:
    """Whether every row has a value in a field."""
    return table.schema.field(name).required and name not in table.absent


def column_list(table: Table, names: tuple[str, ...]) -> str:
    """Return the columns of some fields as SQL, separated by commas."""
    columns = column_names(table)
    return ", ".join(identifier(columns[name]) for name in names)


def references(database: Database, table: Table) -> Iterator[tuple[ForeignKey, Table]]:
    """Yield the foreign keys that lead to a field of the same type, and the tables they lead to."""
    for reference in table.schema.foreign_keys:
        target = database.tables.get(reference.resource)
        if target and set(reference.reference) <= set(target.schema.names):
            pairs = zip(reference.fields, reference.reference, strict=True)
            if all(type_of(table, own) == type_of(target, other) for own, other in pairs):
                yield reference, target
