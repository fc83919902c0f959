"""Types of columns, as frictionless infers them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

# What a text can say of itself. A pair of numbers does not say which of them is the longitude, and
# a piece of JSON in a cell is rarely meant as a type.
_CANDIDATES = ("yearmonth", "datetime", "time", "date", "integer", "number", "boolean", "string")


def infer_types(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return for each column the type that all of its texts are of; ``any`` for one without."""
    from frictionless import Detector

    # Shorter columns are filled with empty cells, of which no type is asked.
    rows = [list(row) for row in zip_longest(*columns, fillvalue="")]
    labels = [f"c{index}" for index in range(len(columns))]
    if not rows:
        return ["any"] * len(columns)
    candidates = [{"type": type_} for type_ in _CANDIDATES]
    schema = Detector(field_confidence=1).detect_schema(
        rows, labels=labels, field_candidates=candidates
    )
    return [str(field.type) for field in schema.fields]
