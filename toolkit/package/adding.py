"""What a schema says for those who add rows: how a row is found, and how its identifier is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.package.schema import Field


class Slug(NamedTuple):
    """The property ``slug``: an identifier is made of the fields ``of``.

    Where that is taken already, fields of ``further`` join it one after the other.
    """

    of: tuple[str, ...]
    further: tuple[str, ...] = ()


def lookup_fields(entry: Any, fields: Mapping[str, Field]) -> tuple[str, ...] | str:
    """Return the fields by which rows are found, or what is wrong with the property ``lookup``."""
    return () if entry is None else _names(entry, fields)


def slug_of(entry: Any, fields: Mapping[str, Field]) -> Slug | str | None:
    """Return what the property ``slug`` says, what is wrong with it, or None if it is not there."""
    if entry is None:
        return None
    if not isinstance(entry, dict):
        return "is not an object"
    if "of" not in entry:
        return "lacks of"
    if other := [str(name) for name in entry if name not in Slug._fields]:
        return f"has the unknown member {other[0]!r}"
    parts: dict[str, tuple[str, ...]] = {}
    for member, value in entry.items():
        names = _names(value, fields)
        if isinstance(names, str):
            return f"{names} ({member})"
        parts[member] = names
    return Slug(**parts)


def _names(value: Any, fields: Mapping[str, Field]) -> tuple[str, ...] | str:
    if not isinstance(value, list) or not value:
        return "is not a list of fields"
    for name in value:
        if not isinstance(name, str) or name not in fields:
            return f"names what is no field: {name!r}"
    return tuple(value)
