"""A table that was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.findings import Collector, builtin_rule
from toolkit.package import Resource, Schema
from toolkit.tables.header import Header
from toolkit.tables.scan import Fault


@dataclass(slots=True)
class Table:
    """A table that was read.

    ``relation`` names the typed table in DuckDB: one column ``f<n>`` for each field and ``r<n>``
    for the text of cells that are not of their field's type. ``found`` takes what is wrong with the
    file. ``untrusted`` holds the records whose
    cells cannot be trusted, ``faulty`` the (record, field) pairs already found wrong, and
    ``repeated`` the primary keys that stand more than once.
    """

    resource: Resource
    schema: Schema
    header: Header
    relation: str
    found: Collector
    rows: int = 0
    untrusted: set[int] = field(default_factory=set)
    faulty: set[tuple[int, str]] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)
    record_sql: str = ""
    blank_sql: str = ""

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource.name

    @property
    def absent(self) -> set[str]:
        """The fields for which the file has no column."""
        return {name for name in self.schema.names if name not in self.header.positions}

    def column(self, name: str) -> str:
        """Return the column of the typed table that holds the field ``name``."""
        return f"f{self.schema.names.index(name)}"

    def raw(self, name: str) -> str:
        """Return the column that holds the texts of ``name`` that are not of its type."""
        return f"r{self.schema.names.index(name)}"

    def key_sql(self) -> str:
        """Return SQL for the primary key as text, its parts joined by ``|``; NULL without one."""
        parts = [f"CAST({self.column(name)} AS VARCHAR)" for name in self.schema.primary_key]
        return f"concat_ws('|', {', '.join(parts)})" if parts else "CAST(NULL AS VARCHAR)"

    def add(self, record: int, fault: Fault) -> None:
        """Note a structure fault of a record."""
        names = {position: name for name, position in self.header.positions.items()}
        self.found.add(
            builtin_rule(fault.code).finding(
                self.resource.path,
                fault.message,
                table=self.name,
                record=record,
                column=None if fault.cell is None else names.get(fault.cell),
                position=0 if fault.cell is None else fault.cell + 1,
                value=fault.value,
            )
        )
