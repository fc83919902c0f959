"""Which column of a file holds which field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.package import Schema
from toolkit.tables.scan import Fault


@dataclass(frozen=True, slots=True)
class Header:
    """``positions`` maps each field that has a column to the column's index in the file."""

    width: int
    positions: dict[str, int]
    faults: tuple[Fault, ...] = field(default=())


def match_header(labels: list[str], schema: Schema) -> Header:
    """Hold the labels of a file against the fields of its schema.

    Labels that equal a field's name are matched by name. A label left over at the place of a field
    left over is that field under a wrong name. ``fieldsMatch`` of the schema says which of the
    remaining differences are faults (Table Schema v2).
    """
    names = schema.names
    positions: dict[str, int] = {}
    for index, label in enumerate(labels):
        if label in names:
            positions.setdefault(label, index)
    faults = list(_repeated(labels))
    spare = {index for index in range(len(labels)) if index not in positions.values()}
    spare -= {fault.cell for fault in faults if fault.cell is not None and labels[fault.cell]}
    renamed = schema.fields_match in ("exact", "equal")
    for index, name in enumerate(names):
        if renamed and name not in positions and index in spare:
            positions[name] = index
            spare.discard(index)
            message = f"the column is called {labels[index]!r}, its field {name!r}"
            if labels[index]:
                faults.append(Fault("S008", message, index, labels[index]))
    missing = [name for name in names if name not in positions]
    faults += _differences(schema, labels, positions, missing, sorted(spare))
    return Header(len(labels), positions, tuple(faults))


def _repeated(labels: list[str]) -> Iterator[Fault]:
    for index, label in enumerate(labels):
        if not label:
            yield Fault("S011", f"column {index + 1} has no name", index, label)
        elif label in labels[:index]:
            first = labels.index(label) + 1
            yield Fault("S011", f"column {first} has the name {label!r} already", index, label)


def _differences(
    schema: Schema,
    labels: list[str],
    positions: dict[str, int],
    missing: list[str],
    spare: list[int],
) -> Iterator[Fault]:
    match = schema.fields_match
    if match in ("exact", "equal", "subset"):
        for name in missing:
            yield Fault("S007", f"there is no column {name!r}")
    elif match == "partial" and len(missing) == len(schema.names):
        yield Fault("S007", "there is no column for any field of the schema")
    if match in ("exact", "equal", "superset"):
        for index in spare:
            if labels[index]:
                message = f"the schema has no field {labels[index]!r}"
                yield Fault("S009", message, index, labels[index])
    order = [positions[name] for name in schema.names if name in positions]
    if match == "exact" and order != sorted(order):
        yield Fault("S010", "the columns stand in another order than the fields of the schema")
