"""Faults of descriptors, as frictionless finds them.

frictionless stops at the first level that has a fault; package, resources and schemas are handed
to it one by one, so that a fault in one does not hide those of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# Every key under which frictionless would load something on its own.
_LOADED = ("profile", "$schema", "schema", "dialect", "resources", "extrapaths")
_V1 = "https://datapackage.org/profiles/1.0/"
_V2 = "https://datapackage.org/profiles/2.0/"


# Where the notes of frictionless that name no place belong.
_UNPLACED = {
    r'property "(\w+)': "",
    r"^(primary key) ": "primaryKey",
    r"^(foreign key) ": "foreignKeys",
    r"^(license) ": "licenses",
    r"^(names? of the fields)": "fields",
}


def package_faults(descriptor: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the package's own properties, in words."""
    from frictionless import Package

    own = _plain(descriptor, "datapackage.json", _version(descriptor))
    resources = descriptor.get("resources")
    if resources == []:
        yield "there are no resources at property 'resources'"
        return
    if "resources" in descriptor:
        stand_in = [{"name": "stand-in", "path": "stand-in.csv"}]
        own["resources"] = stand_in if isinstance(resources, list) and resources else resources
    yield from _notes(Package, own)


def resource_faults(resource: dict[str, Any], package: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a resource's own properties, in words."""
    from frictionless import Resource

    own = _plain(resource, "dataresource.json", _version(package))
    # Paths are judged where files are resolved, for every kind of file alike.
    path = own.get("path")
    parts = path if isinstance(path, list) and path else [path]
    if all(isinstance(part, str) for part in parts):
        own["path"] = "stand-in.csv"
    if "data" in own:
        # Inline data are judged where they are read; the standard also allows text.
        own["data"] = []
    yield from _notes(Resource, own)
    if resource.get("hash") == "":
        yield "the hash is empty at property 'hash'"
    if resource.get("profile") == "tabular-data-resource" and not resource.get("schema"):
        yield "a tabular-data-resource has a schema at property 'profile'"


def schema_faults(schema: dict[str, Any], package: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a Table Schema, in words."""
    from frictionless import Schema

    version = _version(package)
    own = _plain(schema, "tableschema.json", version)
    # Read where schemas are parsed, as the text or the list that the standard's versions allow.
    own.pop("fieldsMatch", None)
    fields = own.get("fields")
    if fields == []:
        yield "there are no fields at property 'fields'"
        return
    if "fields" in own and not isinstance(fields, list):
        yield "the fields are no list at property 'fields'"
        return
    if isinstance(own.get("primaryKey"), str):
        own["primaryKey"] = [own["primaryKey"]]
    keys = own.get("foreignKeys")
    if isinstance(keys, list):
        own["foreignKeys"] = [_with_lists(key) for key in keys if _has_reference(key)]
        for index, key in enumerate(keys):
            if not _has_reference(key):
                yield f"the foreign key has no reference at property 'foreignKeys/{index}'"
    if isinstance(fields, list):
        whole = {**own, "fields": [_allowed(field) for field in fields]}
        if all(isinstance(field, dict) for field in fields) and not any(_notes(Schema, whole)):
            return
        # Each field on its own, so that a fault can be told with its place.
        own["fields"] = [_stand_in(field, index) for index, field in enumerate(fields)]
        for index, field in enumerate(fields):
            yield from _field_faults(field, index, version)
    yield from _notes(Schema, own)


def _stand_in(field: Any, index: int) -> dict[str, str]:
    name = field.get("name") if isinstance(field, dict) else None
    return {"name": name if isinstance(name, str) else f"field-{index}", "type": "any"}


def _field_faults(field: Any, index: int, version: str) -> Iterator[str]:
    from frictionless import Schema

    place = f"fields/{index}"
    if not isinstance(field, dict):
        yield f"the field is no object at property '{place}'"
        return
    own = {"fields": [_allowed(field)]}
    for note in _notes(Schema, _plain(own, "tableschema.json", version)):
        inner = "/".join(map(str, property_path(note)))
        text = note.removesuffix(f" at property '{inner}'")
        # Of the one field, frictionless names either the way from the schema or none.
        inner = inner.removeprefix("fields/0").removeprefix("/")
        constraint = re.match(r'constraint "(\w+)"', text)
        if constraint and not inner:
            inner = f"constraints/{constraint[1]}"
        yield f"{text} at property '{place}{'/' if inner else ''}{inner}'"


def _version(package: dict[str, Any]) -> str:
    """Absent means version 1 by the standard; a custom profile is taken for version 2."""
    schema = package.get("$schema")
    return _V1 if schema is None or "/profiles/1." in str(schema) else _V2


def _plain(descriptor: dict[str, Any], profile: str, version: str) -> dict[str, Any]:
    own = {key: value for key, value in descriptor.items() if key not in _LOADED}
    return {"$schema": version + profile, **own} if version == _V2 else own


def _allowed(field: Any) -> Any:
    """Leave out what the standard allows and frictionless refuses.

    These are the constraint jsonSchema, the bounds of durations, and the allowed values of lists.
    """
    if not isinstance(field, dict) or not isinstance(field.get("constraints"), dict):
        return field
    names = {"jsonSchema"}
    if field.get("type") == "duration":
        names |= {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    if field.get("type") == "list":
        names.add("enum")
    constraints = {k: v for k, v in field["constraints"].items() if k not in names}
    return {**field, "constraints": constraints}


def _has_reference(key: Any) -> bool:
    return isinstance(key, dict) and isinstance(key.get("reference"), dict)


def _with_lists(key: Any) -> Any:
    """What the standard allows and frictionless does not: one field as text, no resource."""
    if not isinstance(key, dict):
        return key
    fields: dict[str, Any] = (
        {"fields": [key["fields"]]} if isinstance(key.get("fields"), str) else {}
    )
    reference = key.get("reference")
    if isinstance(reference, dict):
        named = reference.get("fields")
        listed = [named] if isinstance(named, str) else named
        fields["reference"] = {"resource": "", **reference, "fields": listed}
    return {**key, **fields}


def property_path(note: str) -> tuple[str | int, ...]:
    """Return the place that a note of frictionless names at its end; empty if it names none."""
    place = re.search(r" at property '([^']*)'$", note)
    if not place:
        named = (re.search(pattern, note) for pattern in _UNPLACED)
        return next(((_UNPLACED[one.re.pattern] or one[1],) for one in named if one), ())
    parts = place[1].split("/")
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _notes(kind: Any, descriptor: dict[str, Any]) -> Iterator[str]:
    from frictionless import FrictionlessException

    try:
        for error in kind.metadata_validate(descriptor):
            yield error.note
    except FrictionlessException as error:
        yield error.error.note
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        # frictionless trips over values of unexpected types instead of naming them.
        yield f"the descriptor has a value of an unexpected type ({error})"
