"""Which tables belong together, read from the foreign keys of the schemas."""

from __future__ import annotations

from typing import NamedTuple

from toolkit.package import ForeignKey, Package, Schema


class Dependent(NamedTuple):
    """A table whose rows cannot be without a row of another, and the key that says so."""

    table: str
    key: ForeignKey


def schema_of(package: Package, table: str) -> Schema | None:
    """Return the schema of a table; None if there is none."""
    return next((one.schema for one in package.resources if one.name == table), None)


def dependents(package: Package, table: str) -> list[Dependent]:
    """Return the tables that hang on a table, in descriptor order.

    They are those with a foreign key to it all of whose fields are required. Of two such keys the
    first one counts.
    """
    found = []
    for resource in package.resources:
        schema = resource.schema
        if schema is None or resource.name == table:
            continue
        keys = [
            key for key in schema.foreign_keys if key.resource == table and _is_firm(schema, key)
        ]
        found += [Dependent(resource.name, key) for key in keys[:1]]
    return found


def _is_firm(schema: Schema, key: ForeignKey) -> bool:
    return all(name in schema.primary_key or schema.field(name).required for name in key.fields)


def compound_names(package: Package) -> dict[str, str]:
    """Return what a row is called with all that hangs on it, and its table.

    A table has such a name if others hang on it: that of its key without ``_id``, or else its own
    without the ``s`` at its end.

    """
    tables = {one.name for one in package.resources}
    names: dict[str, str] = {}
    for resource in package.resources:
        schema = resource.schema
        if schema is None or len(schema.primary_key) != 1 or not dependents(package, resource.name):
            continue
        (key,) = schema.primary_key
        name = key.removesuffix("_id") if key.endswith("_id") else resource.name.removesuffix("s")
        if name and name not in tables:
            names.setdefault(name, resource.name)
    return names


def reference_of(schema: Schema, name: str) -> tuple[str, str] | None:
    """Return the table and the field to which a field refers by itself; None if it does not."""
    for key in schema.foreign_keys:
        if key.fields == (name,):
            return key.resource, key.reference[0]
    return None
