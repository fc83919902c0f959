"""What the schemas say of each field, in words short enough for a cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from toolkit.package import Field, Schema, as_text
from toolkit.release.formats.release import Release


class Entry(NamedTuple):
    """A row of the codebook: a field of a table; an absent text is empty."""

    table: str
    field: str
    title: str
    type: str
    constraints: str
    codelist: str
    description: str


HEADER = ("table", "field", "title", "type", "constraints", "code list", "description")


def text_of(descriptor: dict[str, Any], *names: str) -> str:
    """Return the first of the properties that is a text and not empty; or an empty text."""
    values = (descriptor.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def codebook(release: Release) -> Iterator[Entry]:
    """Yield an entry for each field of each table, in the order of descriptor and schemas."""
    for table in release.database.tables.values():
        for field in table.schema.fields:
            yield Entry(
                table.name,
                field.name,
                text_of(field.descriptor, "title"),
                field.type if field.format == "default" else f"{field.type} ({field.format})",
                "; ".join(constraints(table.schema, field)),
                field.codelist or "",
                text_of(field.descriptor, "description"),
            )


def constraints(schema: Schema, field: Field) -> Iterator[str]:
    """Yield what a field must be, each in a few words."""
    if field.name in schema.primary_key:
        yield "primary key"
    for reference in schema.foreign_keys:
        if field.name in reference.fields:
            other = reference.reference[reference.fields.index(field.name)]
            yield f"refers to {reference.resource}.{other}"
    for name, value in field.constraints.items():
        if isinstance(value, bool):
            if value:
                yield name
        else:
            yield f"{name} {value if isinstance(value, str) else json.dumps(value)}"
    if field.enum and not field.codelist:
        yield f"one of {', '.join(map(as_text, field.enum))}"
