"""What the documents say of fields and keys, in the same words in each of them."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.package import as_text
from toolkit.release.about import clean
from toolkit.release.facts import FieldFacts, TableFacts

# How many of the most frequent values and of the allowed ones are named, and how long each may be.
_FREQUENT, _ALLOWED, _LENGTH = 5, 20, 40


def type_words(one: FieldFacts) -> str:
    """Return type and format of a field."""
    return (
        one.field.type
        if one.field.format == "default"
        else (f"{one.field.type}, format {clean(one.field.format)}")
    )


def constraint_words(one: FieldFacts) -> Iterator[str]:
    """Yield the constraints of a field, each a few words, but for its code list."""
    for name, value in one.field.constraints.items():
        if isinstance(value, bool):
            if value:
                yield clean(name)
        elif isinstance(value, str | int | float):
            yield f"{clean(name)} {clean(as_text(value))}"
    if one.field.enum and not one.field.codelist:
        values = [_short(as_text(value)) for value in one.field.enum]
        more = f" and {len(values) - _ALLOWED:,} more" if len(values) > _ALLOWED else ""
        yield f"one of {', '.join(values[:_ALLOWED])}{more}"
    texts = [text for text in one.field.missing_values if text]
    if texts:
        yield f"empty is also {', '.join(map(repr, map(clean, texts)))}"


def description_words(one: FieldFacts) -> str:
    """Return the description of a field, or else its title, with its example."""
    example = one.field.descriptor.get("example")
    given = _short(as_text(example)) if isinstance(example, str | int | float) else ""
    text = one.description or one.title
    return f"{text} For example: {given}".strip() if given else text


def coverage_words(one: FieldFacts, rows: int) -> Iterator[str]:
    """Yield what a column holds: cells filled, different values, range or most frequent values."""
    yield f"{one.filled:,} of {rows:,} filled"
    if not one.filled:
        return
    yield f"{one.distinct:,} distinct"
    if one.minimum and one.minimum == one.maximum:
        yield f"always {one.minimum}"
    elif one.minimum:
        yield f"{one.minimum} to {one.maximum}"
    for value, count in list(one.counts.items())[:_FREQUENT]:
        yield f"{_short(value)}: {count:,}"
    if (more := len(one.counts) - _FREQUENT) > 0:
        yield f"{more:,} more"


def _short(value: str) -> str:
    text = clean(value)
    return text if len(text) <= _LENGTH else text[:_LENGTH] + "…"


def key_words(table: TableFacts) -> Iterator[tuple[str, str]]:
    """Yield each foreign key of a table: its fields in words, and the table it refers to."""
    for key in table.keys:
        own, other = ", ".join(map(clean, key.fields)), ", ".join(map(clean, key.reference))
        yield f"{own} refers to {other} of {clean(key.resource)}", key.resource


def unique_words(table: TableFacts) -> Iterator[str]:
    """Yield each set of fields that no two rows share."""
    schema = table.table.schema
    if schema.primary_key:
        yield f"{', '.join(map(clean, schema.primary_key))} (primary key)"
    for key in schema.unique_keys:
        yield ", ".join(map(clean, key))
