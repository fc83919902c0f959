"""What the documents and the metadata of a release tell: counted once, told in many forms."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from toolkit.package import Dialect, Field, ForeignKey, View
from toolkit.release.about import About, about, clean
from toolkit.release.formats import Column, Release, read_views
from toolkit.release.formats.shape import column_names, select_rows
from toolkit.tables import Table, identifier, type_of

# Types whose least and greatest value say something, and are short.
_ORDERED = ("BIGINT", "DOUBLE", "DATE", "TIME", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A field and what its column holds.

    ``filled`` counts the cells that are not empty, ``distinct`` their different values. The least
    and greatest value are given where values have an order and are no text; ``counts`` holds how
    often each value stands, the most frequent first, where the schema lists the values.
    """

    field: Field
    title: str
    description: str
    filled: int
    distinct: int
    minimum: str
    maximum: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table, how many rows it has, its fields, and the ``paths`` of its data in the release."""

    table: Table
    title: str
    description: str
    rows: int
    fields: tuple[FieldFacts, ...]
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def is_plain_csv(self) -> bool:
        """Whether any reader of CSV takes the file as it is: in one part, with a header, UTF-8."""
        resource = self.table.resource
        return (
            len(self.paths) == 1
            and resource.dialect == Dialect()
            and not resource.compression
            and codecs.lookup(resource.encoding).name in ("utf-8", "utf-8-sig")
        )

    @property
    def keys(self) -> tuple[ForeignKey, ...]:
        """The keys that refer to tables."""
        return self.table.schema.foreign_keys


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """A view or table macro of the database of a release, and its columns."""

    view: View
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A release as its documents tell of it."""

    release: Release
    about: About
    tables: tuple[TableFacts, ...]
    views: tuple[ViewFacts, ...]

    def has(self, path: str) -> bool:
        """Whether the release has a file at ``path``."""
        return (self.release.folder / path).is_file()

    def uses(self, codelist: str) -> list[tuple[str, dict[str, int]]]:
        """Return each field that is bound to a code list, as table.field, with its counts."""
        return [
            (f"{table.name}.{one.field.name}", one.counts)
            for table in self.tables
            for one in table.fields
            if one.field.codelist == codelist
        ]


@dataclass(frozen=True, slots=True)
class Document:
    """Files that tell of a release: ``texts`` gives the text of each of ``paths``.

    A text that is None has nothing to stand on in this package, and its file is not written;
    ``due`` tells whether all of them are.
    """

    paths: tuple[str, ...]
    texts: Callable[[Facts], Iterable[str | None]]
    due: Callable[[About], bool] = lambda _: True


def gather(release: Release) -> Facts:
    """Return what there is to tell of a release whose tables are written."""
    descriptor = json.loads((release.folder / "datapackage.json").read_text(encoding="utf-8"))
    paths = {entry.get("name"): entry.get("path", []) for entry in descriptor["resources"]}
    tables = tuple(
        _table(release, table, paths[table.name]) for table in release.database.tables.values()
    )
    views = tuple(ViewFacts(view, tuple(columns)) for view, columns in read_views(release))
    return Facts(release, about(release.package), tables, views)


def write_documents(release: Release, documents: Iterable[Document]) -> None:
    """Write the documents into the folder of the release, one after the other."""
    facts = gather(release)
    for document in documents:
        for path, text in zip(document.paths, document.texts(facts), strict=True):
            if text is not None:
                (release.folder / path).write_text(text, encoding="utf-8", newline="\n")


def _table(release: Release, table: Table, paths: str | list[str]) -> TableFacts:
    says = (table.resource.descriptor, table.schema.descriptor)
    counts = _count(release, table)
    return TableFacts(
        table=table,
        title=_first(says, "title") or clean(table.name),
        description=_first(says, "description"),
        rows=counts[0],
        fields=tuple(
            _field(release, table, field, counts[4 * index + 1 : 4 * index + 5])
            for index, field in enumerate(table.schema.fields)
        ),
        paths=(paths,) if isinstance(paths, str) else tuple(paths),
    )


def _first(says: Iterable[dict[str, Any]], name: str) -> str:
    return next(filter(None, (clean(one.get(name)) for one in says)), "")


def _count(release: Release, table: Table) -> tuple[Any, ...]:
    """Return the number of rows, then four figures for each field."""
    figures = ["count(*)"]
    columns = column_names(table)
    for name in table.schema.names:
        column = identifier(columns[name])
        figures += [f"count({column})", f"count(DISTINCT {column})"]
        for end in ("min", "max"):
            ordered = type_of(table, name) in _ORDERED
            figures.append(f"CAST({end}({column}) AS VARCHAR)" if ordered else "NULL")
    query = f"SELECT {', '.join(figures)} FROM ({select_rows(table)})"
    row: tuple[Any, ...] = release.database.con.sql(query).fetchall()[0]
    return row


def _field(release: Release, table: Table, field: Field, figures: tuple[Any, ...]) -> FieldFacts:
    filled, distinct, minimum, maximum = figures
    listed = field.enum is not None or field.type == "boolean"
    return FieldFacts(
        field=field,
        title=clean(field.descriptor.get("title")),
        description=clean(field.descriptor.get("description")),
        filled=filled,
        distinct=distinct,
        minimum="" if listed else minimum or "",
        maximum="" if listed else maximum or "",
        counts=_values(release, table, field.name) if listed else {},
    )


def _values(release: Release, table: Table, name: str) -> dict[str, int]:
    column = identifier(column_names(table)[name])
    query = (
        f"SELECT CAST({column} AS VARCHAR) AS v, count(*) AS n FROM ({select_rows(table)}) "
        f"WHERE {column} IS NOT NULL GROUP BY v ORDER BY n DESC, v"
    )
    return dict(release.database.con.sql(query).fetchall())
