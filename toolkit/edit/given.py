"""Rows given at once: as ``field=value`` or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.edit.desk import Desk
from toolkit.edit.draft import NotAdded, Row, clean
from toolkit.edit.relations import Dependent, compound_names, dependents
from toolkit.edit.tablefile import NotEditable
from toolkit.findings import escape
from toolkit.package import Field, as_text
from toolkit.package.text import Unreadable, parse_json
from toolkit.query.suggestions import meant


def draft_of_settings(desk: Desk, table: str, settings: Iterable[str]) -> None:
    """Put one row into the draft, whose cells are given as ``field=value``. Raises NotAdded."""
    row: dict[str, Any] = {}
    for setting in settings:
        name, mark, value = setting.partition("=")
        if not mark:
            raise NotAdded(f"{escape(setting, 100)!r} is not written as field=value")
        if name in row:
            raise NotAdded(f"{escape(name, 100)} is set twice")
        row[name] = value
    _add(desk, table, row)


def draft_of_json(desk: Desk, named: str, text: str) -> None:
    """Put the rows of a JSON text into the draft. Raises NotAdded.

    For a table it is an object of its fields. For a compound it is an object of rows by the names
    of their tables, of which the compound's own may stand under the name of the compound.
    """
    try:
        value = parse_json(text)
    except Unreadable as error:
        line = f", line {error.line}" if error.line else ""
        raise NotAdded(f"standard input{line}: {escape(str(error))}") from None
    table = compound_names(desk.package).get(named)
    if not isinstance(value, dict):
        raise NotAdded("standard input does not hold a JSON object")
    if table is None:
        _add(desk, named, value)
        return
    if named in value and table in value:
        raise NotAdded(f"{named} and {table} are the same; give one of them")
    given = {table if name == named else name: rows for name, rows in value.items()}
    if table not in given:
        raise NotAdded(f"there is no {named}; it is an object under the key {named!r}")
    known = [one.name for one in desk.package.resources]
    for name in given:
        if name not in known:
            raise NotAdded(_unknown("table", name, [named, *known]))
    _add_tables(desk, table, given)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    question = meant(name[:100], {one: one for one in known})
    return f"there is no {kind} {escape(name, 100)}" + (f"; {question}" if question else "")


def _add_tables(desk: Desk, table: str, given: Mapping[str, Any]) -> None:
    """Add the rows of a compound, those to which others refer first.

    An identifier is made of those of the rows to which it refers, so that these come before.
    """
    hanging = {one.table: one for one in dependents(desk.package, table)}
    for name in sorted(given, key=_depths(desk, given).__getitem__):
        rows = given[name] if isinstance(given[name], list) else [given[name]]
        for row in rows:
            if not isinstance(row, dict):
                raise NotAdded(f"{escape(name)} holds what is no object")
            _add(desk, name, _hung(desk, table, hanging.get(name), row))


def _depths(desk: Desk, given: Iterable[str]) -> dict[str, int]:
    """Return how many tables of those given stand before each, by its foreign keys."""
    names = list(given)
    refers = {
        name: {key.resource for key in desk.file(name).schema.foreign_keys} & set(names) - {name}
        for name in names
    }
    depths: dict[str, int] = {}
    while len(depths) < len(names):
        # In a circle of references the first one given comes first.
        free = [one for one in names if one not in depths and refers[one] <= depths.keys()]
        for one in free or [one for one in names if one not in depths][:1]:
            depths[one] = len(depths)
    return depths


def _hung(desk: Desk, table: str, link: Dependent | None, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its reference to the one row of the compound, where it gives none."""
    owners = desk.draft.rows(table)
    if link is None or len(owners) != 1 or any(name in row for name in link.key.fields):
        return row
    pairs = zip(link.key.fields, link.key.reference, strict=True)
    return row | {own: owners[0].get(other, "") for own, other in pairs}


def _add(desk: Desk, table: str, given: Mapping[str, Any]) -> None:
    try:
        file = desk.file(table)
    except NotEditable as error:
        raise NotAdded(str(error)) from None
    row: Row = {}
    for name, value in given.items():
        if name not in file.header or name not in file.schema.positions:
            fields = [one for one in file.schema.names if one in file.header]
            raise NotAdded(_unknown(f"field of {table}", name, fields))
        row[name] = clean(_text(file.schema.field(name), value), f"{table}.{name}")
    key = file.schema.primary_key
    if len(key) == 1 and not row.get(key[0]) and (identifier := desk.suggest(table, row)):
        row[key[0]] = identifier
        desk.draft.notes.append(f"{table}: no {key[0]} was given; {identifier} is taken")
    desk.draft.add(table, row)


def _text(field: Field, value: Any) -> str:
    """Return a JSON value as its cell. Raises NotAdded."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        if field.type in ("object", "array", "geojson", "geopoint", "any"):
            return json.dumps(value, ensure_ascii=False)
        raise NotAdded(f"{field.name} holds a list or object, and its type is {field.type}")
    if isinstance(value, bool) and field.type == "boolean":
        name = "trueValues" if value else "falseValues"
        return field.texts(name, (as_text(value),))[0]
    return as_text(value)
