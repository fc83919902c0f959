"""A table that was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.findings import Collector, builtin_rule
from toolkit.package import Resource, Schema
from toolkit.tables.contents import Contents
from toolkit.tables.header import Header
from toolkit.tables.scan import Fault
from toolkit.tables.survey import Survey


class Marks:
    """A set of record numbers, a byte each up to the highest."""

    def __init__(self) -> None:
        self._marks = bytearray()

    def add(self, record: int) -> None:
        """Put a record into the set."""
        if record >= len(self._marks):
            self._marks.extend(bytes(max(record + 1 - len(self._marks), len(self._marks))))
        self._marks[record] = 1

    def __contains__(self, record: int) -> bool:
        return record < len(self._marks) and self._marks[record] == 1

    def __iter__(self) -> Iterator[int]:
        record = self._marks.find(1)
        while record >= 0:
            yield record
            record = self._marks.find(1, record + 1)


@dataclass
class Table:
    """A table that was read.

    ``relation`` names the typed table in DuckDB: one column ``f<n>`` for each field, and ``bad``
    with the texts of the cells that are not of their field's type (`raw`). ``found`` takes what is
    wrong with the file. ``untrusted`` holds the records whose cells cannot be trusted, and
    ``repeated`` the primary keys that stand more than once. ``survey`` tells where the records are
    if DuckDB could read the file nearly as it is.
    """

    resource: Resource
    schema: Schema
    header: Header
    relation: str
    found: Collector
    contents: Contents
    survey: Survey | None = None
    rows: int = 0
    untrusted: Marks = field(default_factory=Marks)
    repeated: set[str] = field(default_factory=set)
    record_sql: str = ""
    blank_sql: str = ""
    _faulty: dict[str, Marks] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource.name

    @cached_property
    def absent(self) -> set[str]:
        """The fields for which the file has no column."""
        return {name for name in self.schema.names if name not in self.header.positions}

    def column(self, name: str) -> str:
        """Return the column of the typed table that holds the field ``name``."""
        return f"f{self.schema.positions[name]}"

    def raw(self, name: str) -> str:
        """Return SQL for the text of ``name`` where it is not of its type; NULL where it is."""
        return f"bad[{self.schema.positions[name] + 1}]"

    def key_sql(self) -> str:
        """Return SQL for the primary key as text, its parts joined by ``|``; NULL without one."""
        parts = [f"CAST({self.column(name)} AS VARCHAR)" for name in self.schema.primary_key]
        return f"concat_ws('|', {', '.join(parts)})" if parts else "CAST(NULL AS VARCHAR)"

    def mark(self, record: int, name: str) -> None:
        """Note that the cell of the field ``name`` in a record has a finding of its own."""
        self._faulty.setdefault(name, Marks()).add(record)

    def is_spared(self, record: int, *names: str) -> bool:
        """Whether the row, or its cell of one of the fields, already has a finding of its own."""
        if record in self.untrusted:
            return True
        return any(record in self._faulty[name] for name in names if name in self._faulty)

    def faulty(self, *names: str) -> set[int]:
        """Return the records that `is_spared` tells for these fields."""
        marks = [self.untrusted, *(self._faulty[name] for name in names if name in self._faulty)]
        return {record for one in marks for record in one}

    def add(self, record: int, fault: Fault) -> None:
        """Note a structure fault of a record."""
        names = {position: name for name, position in self.header.positions.items()}
        self.found.add(
            builtin_rule(fault.code).finding(
                self.resource.path,
                fault.message,
                table=self.name,
                record=record,
                column=fault.column or (None if fault.cell is None else names.get(fault.cell)),
                position=0 if fault.cell is None else fault.cell + 1,
                value=fault.value,
            )
        )
