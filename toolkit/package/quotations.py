"""What a schema says of quotations: which field holds them, and where copies of sources belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.package.schema import Field


class Quotation(NamedTuple):
    """The property ``quotation``: a row quotes in the field ``text`` what ``source`` names."""

    text: str
    source: str


class Copy(NamedTuple):
    """The property ``copy``: each row is the ``source`` of a text that had the ``hash``."""

    source: str
    hash: str


Kind = TypeVar("Kind", Quotation, Copy)


def named_fields(kind: type[Kind], entry: Any, fields: Mapping[str, Field]) -> Kind | str | None:
    """Return the fields that a property names, what is wrong with it, or None if it is not there.

    Each member names a field that holds text.
    """
    if entry is None:
        return None
    if not isinstance(entry, dict):
        return "is not an object"
    if missing := [name for name in kind._fields if name not in entry]:
        return f"lacks {' and '.join(missing)}"
    if other := [str(name) for name in entry if name not in kind._fields]:
        return f"has the unknown member {other[0]!r}"
    for member in kind._fields:
        name = entry[member]
        field = fields.get(name) if isinstance(name, str) else None
        if field is None:
            return f"names as {member} what is no field: {name!r}"
        if field.type != "string":
            return f"names as {member} the field {name}, of the type {field.type}, not string"
    return kind(**entry)
