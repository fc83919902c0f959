"""Which column of a file holds which field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from toolkit.package import Dialect, Schema
from toolkit.tables.scan import Fault, Record, Role


@dataclass(frozen=True, slots=True)
class Header:
    """``positions`` maps each field that has a column to the column's index in the file.

    ``record`` is that of the labels, the last one where several rows are the header.
    """

    width: int
    positions: dict[str, int]
    faults: tuple[Fault, ...] = field(default=())
    record: int = 1


def read_header(found: Iterable[Record], dialect: Dialect) -> tuple[list[str], Record | None]:
    """Return the labels of a file and the record of its header, the last one of several rows.

    Without a header the record is the first one of data, and its cells stand for the labels. There
    is no record if the file has none of the kind.
    """
    rows: list[Record] = []
    for record in found:
        if record.role == Role.DATA:
            return (_joined(rows, dialect), rows[-1]) if rows else _without(record, dialect)
        if record.role == Role.HEADER:
            rows.append(record)
    return (_joined(rows, dialect), rows[-1]) if rows else ([], None)


def _without(record: Record, dialect: Dialect) -> tuple[list[str], Record | None]:
    return ([], None) if dialect.header else (record.cells, record)


def _joined(rows: list[Record], dialect: Dialect) -> list[str]:
    """Join the header rows column by column.

    A cell that repeats the one above it adds nothing; a row that is shorter than the others goes on
    with its last cell, as a heading above several columns does.
    """
    if len(rows) == 1:
        return rows[0].cells
    width = max(len(row.cells) for row in rows)
    wide = [row.cells + row.cells[-1:] * (width - len(row.cells)) for row in rows]
    labels = []
    for column in zip(*wide, strict=True):
        parts = [
            cell for n, cell in enumerate(column) if cell and cell not in column[max(n - 1, 0) : n]
        ]
        labels.append(dialect.header_join.join(parts))
    return labels


def match_header(labels: list[str], schema: Schema, *, case: bool = True) -> Header:
    """Hold the labels of a file against the fields of its schema; ``case`` tells whether it counts.

    Labels that equal a field's name are matched by name. A label left over at the place of a field
    left over is that field under a wrong name. ``fieldsMatch`` of the schema says which of the
    remaining differences are faults (Table Schema v2).
    """
    names = schema.names
    if not case:
        folded = {name.casefold(): name for name in reversed(names)}
        labels = [folded.get(label.casefold(), label) for label in labels]
    known = set(names)
    positions: dict[str, int] = {}
    for index, label in enumerate(labels):
        if label in known:
            positions.setdefault(label, index)
    faults = list(_repeated(labels))
    spare = set(range(len(labels))) - set(positions.values())
    repeated = {fault.cell for fault in faults}
    renamed = schema.fields_match in ("exact", "equal")
    for index, name in enumerate(names):
        if renamed and name not in positions and index in spare:
            positions[name] = index
            spare.discard(index)
            message = f"the column is called {labels[index]!r}, its field {name!r}"
            if index not in repeated:
                faults.append(Fault("S008", message, index, labels[index]))
    spare -= {index for index in repeated if index is not None and labels[index]}
    missing = [name for name in names if name not in positions]
    faults += _differences(schema, labels, positions, missing, sorted(spare))
    return Header(len(labels), positions, tuple(faults))


def _repeated(labels: list[str]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, label in enumerate(labels):
        if not label:
            yield Fault("S011", f"column {index + 1} has no name", index, label)
        elif first.setdefault(label, index) < index:
            message = f"column {first[label] + 1} has the name {label!r} already"
            yield Fault("S011", message, index, label)


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
            yield Fault("S007", f"there is no column {name!r}", column=name)
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
