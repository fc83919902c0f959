"""The objects that describe a package."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.package.codelists import CodeList
from toolkit.package.rules import QueryRule, RowRule
from toolkit.package.schema import Schema


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a delimited file are written (CSV Dialect of the Data Package standard)."""

    delimiter: str = ","
    quote_char: str = '"'
    header: bool = True


@dataclass(frozen=True, slots=True)
class Resource:
    """One table: ``path`` as the descriptor gives it, ``file`` where it is."""

    name: str
    path: str
    file: Path
    schema: Schema | None
    encoding: str
    dialect: Dialect
    descriptor: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Package:
    """A data package. ``resources`` holds the tables that can be read, in descriptor order."""

    root: Path
    descriptor_path: Path
    descriptor: dict[str, Any]
    resources: tuple[Resource, ...] = ()
    codelists: dict[str, CodeList] = field(default_factory=dict)
    query_rules: tuple[QueryRule, ...] = ()

    @property
    def name(self) -> str:
        """The package's name; its folder's name where the descriptor gives none."""
        return str(self.descriptor.get("name") or self.root.resolve().name)

    @property
    def version(self) -> str:
        """The package's version; empty where the descriptor gives none."""
        return str(self.descriptor.get("version") or "")

    def relative(self, path: Path) -> str:
        """Return ``path`` as it is named in findings: from the package's folder, with slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.name

    @property
    def row_rules(self) -> tuple[RowRule, ...]:
        """The row rules of every schema, in descriptor order."""
        schemas = [resource.schema for resource in self.resources if resource.schema]
        return tuple(rule for schema in schemas for rule in schema.rules)
