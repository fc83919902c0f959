"""Table Schema: fields, constraints, keys and row rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.package.adding import Slug, lookup_fields, slug_of
from toolkit.package.codelists import CodeList
from toolkit.package.quotations import Copy, Quotation, named_fields
from toolkit.package.rules import RowRule, row_rule
from toolkit.package.text import JsonPath, line_of

TYPES = (
    *("string", "integer", "number", "boolean", "date", "time", "datetime", "year", "yearmonth"),
    *("duration", "geopoint", "geojson", "object", "array", "list", "any"),
)
FIELDS_MATCH = ("exact", "equal", "subset", "superset", "partial")
DEFAULT_TRUE = ("true", "True", "TRUE", "1")
DEFAULT_FALSE = ("false", "False", "FALSE", "0")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``descriptor`` keeps every property as the schema gives it.

    ``enum`` holds the allowed values: those of the constraint or of the categories as JSON gives
    them, or the codes of the code list.
    """

    name: str
    type: str
    format: str
    constraints: dict[str, Any]
    missing_values: tuple[str, ...]
    enum: tuple[Any, ...] | None
    codelist: str | None
    descriptor: dict[str, Any]

    @property
    def required(self) -> bool:
        """Whether the field has the constraint ``required``."""
        return self.constraints.get("required") is True

    def texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return the property ``name`` as a tuple of texts."""
        value = self.descriptor.get(name)
        return tuple(map(str, value)) if isinstance(value, list) else default


class SchemaFault(NamedTuple):
    """What is wrong with a schema, by rule code, and the place in its descriptor."""

    code: str
    message: str
    place: JsonPath


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``fields`` of this table stand in ``reference`` of the table ``resource``.

    ``index`` is the key's position in the schema.
    """

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]
    index: int


@dataclass(frozen=True)
class Schema:
    """A Table Schema.

    ``file`` is where it is written, for findings; ``source`` is that file and the place in it.
    """

    file: str
    fields: tuple[Field, ...]
    descriptor: dict[str, Any]
    fields_match: str = "exact"
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    rules: tuple[RowRule, ...] = ()
    quotation: Quotation | None = None
    copy: Copy | None = None
    lookup: tuple[str, ...] = ()
    slug: Slug | None = None
    source: tuple[Path, JsonPath] | None = None

    def field(self, name: str) -> Field:
        """Return the field called ``name``; KeyError if there is none."""
        return self.fields[self.positions[name]]

    def with_missing_value(self, text: str) -> Schema:
        """Return a schema whose fields have one more missing value."""
        fields = [replace(one, missing_values=(*one.missing_values, text)) for one in self.fields]
        return replace(self, fields=tuple(fields))

    def line(self, *place: str | int) -> int | None:
        """Return the line on which a place of the schema is written; None if it is not known."""
        if self.source is None:
            return None
        path, start = self.source
        return line_of(path, (*start, *place))

    def line_of_field(self, name: str, *place: str | int) -> int | None:
        """Return the line of a place within the field called ``name``."""
        entries = self.descriptor["fields"]
        index = next(
            n
            for n, entry in enumerate(entries)
            if isinstance(entry, dict) and entry.get("name") == name
        )
        return self.line("fields", index, *place)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the fields in order."""
        return tuple(candidate.name for candidate in self.fields)

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of each field among the fields, counted from 0."""
        return {name: position for position, name in enumerate(self.names)}


def parse_schema(
    descriptor: dict[str, Any], file: str, resource: str, codelists: dict[str, CodeList]
) -> tuple[Schema, list[SchemaFault]]:
    """Return the schema that a descriptor describes, and the faults frictionless does not look for.

    Whatever is malformed is left out, so that the rest can still be checked. ``resource`` is the
    name of the table, to which a foreign key without a resource refers.
    """
    faults: list[SchemaFault] = []
    missing = _missing_values(descriptor.get("missingValues"), ("",))
    fields: dict[str, Field] = {}
    for index, entry in enumerate(_list(descriptor.get("fields"))):
        if isinstance(entry, dict) and isinstance(entry.get("name"), str) and entry["name"]:
            parsed, message = _field(entry, missing, codelists)
            fields.setdefault(parsed.name, parsed)
            if message:
                faults.append(SchemaFault("D010", message, ("fields", index)))
    names = list(fields)
    rules: list[RowRule] = []
    for index, entry in enumerate(_list(descriptor.get("rules"))):
        rule = row_rule(entry, index, names, file)
        if isinstance(rule, RowRule):
            rules.append(rule)
        else:
            faults.append(SchemaFault("D011", rule, ("rules", index)))
    quotation = named_fields(Quotation, descriptor.get("quotation"), fields)
    copy = named_fields(Copy, descriptor.get("copy"), fields)
    for name, read in (("quotation", quotation), ("copy", copy)):
        if isinstance(read, str):
            faults.append(SchemaFault("D020", f"the property {name} {read}", (name,)))
    lookup = lookup_fields(descriptor.get("lookup"), fields)
    slug = slug_of(descriptor.get("slug"), fields)
    for name, said in (("lookup", lookup), ("slug", slug)):
        if isinstance(said, str):
            faults.append(SchemaFault("D023", f"the property {name} {said}", (name,)))
    match = descriptor.get("fieldsMatch", "exact")
    match = match[0] if isinstance(match, list) and match else match
    if match not in FIELDS_MATCH:
        message = f"fieldsMatch is {match!r}, not one of {', '.join(FIELDS_MATCH)}"
        faults.append(SchemaFault("D006", message, ("fieldsMatch",)))
        match = "exact"
    keys = []
    for index, entry in enumerate(_list(descriptor.get("uniqueKeys"))):
        key = _key(entry, names)
        if key:
            keys.append(key)
        else:
            message = f"the unique key {entry!r} does not name fields of the schema"
            faults.append(SchemaFault("D006", message, ("uniqueKeys", index)))
    schema = Schema(
        file=file,
        fields=tuple(fields.values()),
        descriptor=descriptor,
        fields_match=str(match),
        primary_key=_key(descriptor.get("primaryKey"), names),
        unique_keys=tuple(keys),
        foreign_keys=tuple(_foreign_keys(descriptor.get("foreignKeys"), names, resource)),
        rules=tuple(rules),
        quotation=None if isinstance(quotation, str) else quotation,
        copy=None if isinstance(copy, str) else copy,
        lookup=() if isinstance(lookup, str) else lookup,
        slug=None if isinstance(slug, str) else slug,
    )
    return schema, faults


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _missing_values(value: Any, default: tuple[str, ...]) -> tuple[str, ...]:
    """Texts, or objects with value and label (Table Schema v2)."""
    if not isinstance(value, list):
        return default
    items = [item.get("value") if isinstance(item, dict) else item for item in value]
    return tuple(item for item in items if isinstance(item, str))


def _field(
    entry: dict[str, Any], missing: tuple[str, ...], codelists: dict[str, CodeList]
) -> tuple[Field, str]:
    """Return a field and what is wrong with its code list, if anything is."""
    message = ""
    constraints = entry.get("constraints")
    constraints = dict(constraints) if isinstance(constraints, dict) else {}
    listed = constraints.pop("enum", None)
    enum = tuple(listed) if isinstance(listed, list) else None
    codelist = entry.get("codelist")
    if codelist is not None:
        named = codelists.get(codelist) if isinstance(codelist, str) else None
        if named is None:
            message = f"the field {entry['name']} is bound to the code list {codelist!r}, "
            message += "which does not exist or cannot be read"
        elif enum is not None and set(map(as_text, enum)) != set(named.codes):
            message = f"the enum of the field {entry['name']} differs from its code list {codelist}"
        enum = named.codes if named else None
    elif enum is None and isinstance(entry.get("categories"), list):
        items = [
            item.get("value") if isinstance(item, dict) else item for item in entry["categories"]
        ]
        enum = tuple(items)
    type_ = entry.get("type", "any")
    field = Field(
        name=entry["name"],
        type=type_ if type_ in TYPES else "any",
        format=entry["format"] if isinstance(entry.get("format"), str) else "default",
        constraints=constraints,
        missing_values=_missing_values(entry.get("missingValues"), missing),
        enum=enum,
        codelist=codelist if isinstance(codelist, str) else None,
        descriptor=entry,
    )
    return field, message


def as_text(value: Any) -> str:
    """Return a JSON value as a cell would write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(value: Any, names: list[str]) -> tuple[str, ...]:
    parts = [value] if isinstance(value, str) else _list(value)
    return tuple(parts) if parts and all(part in names for part in parts) else ()


def _foreign_keys(value: Any, names: list[str], resource: str) -> Iterable[ForeignKey]:
    for index, entry in enumerate(_list(value)):
        reference = entry.get("reference") if isinstance(entry, dict) else None
        if not isinstance(reference, dict):
            continue
        own = _key(entry.get("fields"), names)
        other = reference.get("fields")
        target = tuple([other] if isinstance(other, str) else _list(other))
        if own and len(own) == len(target) and all(isinstance(part, str) for part in target):
            yield ForeignKey(own, str(reference.get("resource") or resource), target, index)
