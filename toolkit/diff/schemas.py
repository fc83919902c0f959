"""What differs between two contracts: the package, its tables, fields, keys and code lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from toolkit.diff.model import Change, Kind
from toolkit.package import CodeList, Field, Package, Schema

# Properties of a descriptor that are compared elsewhere, or tell of the files and not of the data.
_PACKAGE = ("resources", "version", "created", "$schema", "profile")
_TABLE_WORDS = ("title", "description", "sources", "licenses")
_FIELD = ("name", "type", "format", "constraints", "codelist", "categories")


def contract_changes(old: Package, new: Package) -> Iterator[Change]:
    """Yield every change of the contract, in the order of the new descriptor, then the old one."""
    before, after = dict(old.descriptor), dict(new.descriptor)
    for name in _names(before, after, _PACKAGE):
        values = _text(before.get(name)), _text(after.get(name))
        if values[0] != values[1]:
            yield Change(Kind.PACKAGE_CHANGED, "", "", name, *values)
    tables_before, tables_after = _tables(old), _tables(new)
    for name in [*tables_after, *(name for name in tables_before if name not in tables_after)]:
        if name not in tables_before:
            yield Change(Kind.TABLE_ADDED, name)
        elif name not in tables_after:
            yield Change(Kind.TABLE_REMOVED, name)
        else:
            yield from _table_changes(name, tables_before[name], tables_after[name])
            schemas = [_schema(package, name) for package in (old, new)]
            if schemas[0] and schemas[1]:
                yield from _schema_changes(name, schemas[0], schemas[1])
    yield from _codelists(old.codelists, new.codelists)


def tables_of(package: Package) -> list[str]:
    """Return the names of all resources that the descriptor lists, whether they can be read."""
    return list(_tables(package))


def _tables(package: Package) -> dict[str, dict[str, Any]]:
    entries = package.descriptor.get("resources")
    listed = [entry for entry in (entries if isinstance(entries, list) else []) if _named(entry)]
    found = {entry["name"]: entry for entry in reversed(listed)}
    # Resources without a name have been given one.
    found |= {one.name: one.descriptor for one in package.resources if one.name not in found}
    order = [entry["name"] for entry in listed] + [one.name for one in package.resources]
    return {name: found[name] for name in dict.fromkeys(order)}


def _named(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("name"), str) and bool(entry["name"])


def _schema(package: Package, name: str) -> Schema | None:
    return next((one.schema for one in package.resources if one.name == name), None)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _names(old: dict[str, Any], new: dict[str, Any], apart: tuple[str, ...]) -> list[str]:
    return [name for name in dict.fromkeys([*new, *old]) if name not in apart]


def _table_changes(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for what in _TABLE_WORDS:
        values = _text(old.get(what)), _text(new.get(what))
        if values[0] != values[1]:
            yield Change(Kind.TABLE_CHANGED, name, "", what, *values)


def _schema_changes(table: str, old: Schema, new: Schema) -> Iterator[Change]:
    for what in ("title", "description"):
        values = _text(old.descriptor.get(what)), _text(new.descriptor.get(what))
        if values[0] != values[1]:
            yield Change(Kind.TABLE_CHANGED, table, "", f"schema.{what}", *values)
    for what, before, after in (
        ("primaryKey", old.primary_key, new.primary_key),
        ("uniqueKeys", old.unique_keys, new.unique_keys),
        ("foreignKeys", _foreign_keys(old), _foreign_keys(new)),
    ):
        if before != after:
            texts = [_text(list(keys)) if keys else None for keys in (before, after)]
            yield Change(Kind.KEY_CHANGED, table, "", what, *texts)
    for name in new.names:
        if name not in old.positions:
            yield Change(Kind.FIELD_ADDED, table, name, new=new.field(name).type)
        else:
            yield from _field_changes(table, old.field(name), new.field(name))
    for name in old.names:
        if name not in new.positions:
            yield Change(Kind.FIELD_REMOVED, table, name, old=old.field(name).type)
    orders = [
        [name for name in one.names if name in other.positions]
        for one, other in ((old, new), (new, old))
    ]
    if orders[0] != orders[1]:
        texts = [_text(order) for order in orders]
        yield Change(Kind.FIELDS_REORDERED, table, "", "fields", *texts)


def _foreign_keys(schema: Schema) -> tuple[tuple[object, ...], ...]:
    return tuple((key.fields, key.resource, key.reference) for key in schema.foreign_keys)


def _field_changes(table: str, old: Field, new: Field) -> Iterator[Change]:
    types = [_type(one) for one in (old, new)]
    if types[0] != types[1]:
        yield Change(Kind.FIELD_RETYPED, table, new.name, "type", *types)
    before, after = _properties(old), _properties(new)
    for what in _names(before, after, ()):
        values = _text(before.get(what)), _text(after.get(what))
        if values[0] != values[1]:
            yield Change(Kind.FIELD_CHANGED, table, new.name, what, *values)


def _type(field: Field) -> str:
    return field.type if field.format == "default" else f"{field.type} ({field.format})"


def _properties(field: Field) -> dict[str, Any]:
    """Return what a field's descriptor says, each constraint by itself.

    The codes of a code list are compared as such; a release also writes them as an enum.
    """
    found = {name: value for name, value in field.descriptor.items() if name not in _FIELD}
    found |= {f"constraints.{name}": value for name, value in field.constraints.items()}
    if field.codelist:
        found["codelist"] = field.codelist
    elif field.enum is not None:
        found["constraints.enum"] = list(field.enum)
    found["missingValues"] = list(field.missing_values)
    return found


def _codelists(old: dict[str, CodeList], new: dict[str, CodeList]) -> Iterator[Change]:
    for name in dict.fromkeys([*new, *old]):
        if name not in old:
            yield Change(Kind.CODELIST_ADDED, name)
        elif name not in new:
            yield Change(Kind.CODELIST_REMOVED, name)
        else:
            yield from _codes(name, _rows(old[name]), _rows(new[name]))


def _rows(codelist: CodeList) -> dict[str, dict[str, str]]:
    return {row[0]: dict(zip(codelist.columns, row, strict=True)) for row in codelist.rows}


def _codes(
    name: str, old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]
) -> Iterator[Change]:
    for code in dict.fromkeys([*new, *old]):
        if code not in old:
            yield Change(Kind.CODE_ADDED, name, code, new=new[code]["title"])
        elif code not in new:
            yield Change(Kind.CODE_REMOVED, name, code, old=old[code]["title"])
        else:
            for what in _names(old[code], new[code], ()):
                values = old[code].get(what), new[code].get(what)
                if (values[0] or "") != (values[1] or ""):
                    yield Change(Kind.CODE_CHANGED, name, code, what, *values)
