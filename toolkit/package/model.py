"""The objects that describe a package."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.package.codelists import CodeList
from toolkit.package.queries import NamedQuery
from toolkit.package.reviews import ReviewQuery
from toolkit.package.rules import QueryRule, RowRule
from toolkit.package.schema import Schema
from toolkit.package.text import JsonPath
from toolkit.package.views import View


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a delimited file are written (Table Dialect of the Data Package standard).

    An empty ``quote_char``, ``escape_char`` or ``comment_char`` means that there is none; no
    ``line_terminator`` means that any of CRLF, LF and CR ends a line. ``header_rows`` of 1 mean the
    first row that is no comment. ``header_case`` and ``skip_blank_rows`` are no part of the
    standard, but of version 1 (caseSensitiveHeader) and of frictionless.
    """

    delimiter: str = ","
    quote_char: str = '"'
    double_quote: bool = True
    escape_char: str = ""
    line_terminator: str | None = None
    null_sequence: str | None = None
    skip_initial_space: bool = False
    header: bool = True
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    comment_rows: tuple[int, ...] = ()
    comment_char: str = ""
    header_case: bool = True
    skip_blank_rows: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One table: ``paths`` as the descriptor gives them, ``files`` where they are.

    Several files are one table, read one after the other (Data Resource, "Multiple Files"). Where
    the dialect has a header, a later file may have that of the first file, which is left out;
    anything else is data. ``compression`` is ``gz`` or empty; size and hash are those of the
    compressed files. ``crlf`` tells that the dialect names CRLF, which need not end its lines.

    A table that stands in the descriptor has that for its file, its text in ``inline``, and in
    ``place`` where in the descriptor it stands.
    """

    name: str
    paths: tuple[str, ...]
    files: tuple[Path, ...]
    schema: Schema | None
    encoding: str
    dialect: Dialect
    descriptor: dict[str, Any]
    compression: str = ""
    crlf: bool = False
    inline: bytes = b""
    place: JsonPath = ()

    @property
    def path(self) -> str:
        """The path of the first file."""
        return self.paths[0]

    @property
    def file(self) -> Path:
        """The first file."""
        return self.files[0]


@dataclass(frozen=True, slots=True)
class Package:
    """A data package. ``resources`` holds the tables that can be read, in descriptor order.

    ``lost_views`` are the names of the views that cannot be read.
    """

    root: Path
    descriptor_path: Path
    descriptor: dict[str, Any]
    resources: tuple[Resource, ...] = ()
    codelists: dict[str, CodeList] = field(default_factory=dict)
    query_rules: tuple[QueryRule, ...] = ()
    queries: tuple[NamedQuery, ...] = ()
    views: tuple[View, ...] = ()
    lost_views: tuple[str, ...] = ()
    review_queries: tuple[ReviewQuery, ...] = ()

    @property
    def canonical(self) -> bool:
        """Whether the package asks that its files be in canonical form (``canonicalForm``)."""
        return self.descriptor.get("canonicalForm") is True

    @property
    def name(self) -> str:
        """The package's name; its folder's name where the descriptor gives none."""
        folder = os.fsencode(self.root.resolve().name).decode("utf-8", "backslashreplace")
        return str(self.descriptor.get("name") or folder)

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


def listed_names(descriptor: dict[str, Any]) -> set[str]:
    """Return the names of the resources that a descriptor lists, readable or not."""
    entries = descriptor.get("resources")
    return {
        str(entry.get("name"))
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    }
