"""The tables of both sides in one database, those rows left out that are the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.diff.lines import Unmatched, unmatched
from toolkit.diff.model import Skipped
from toolkit.diff.schemas import tables_of
from toolkit.findings import Collector, Finding
from toolkit.package import Field, Package, Resource
from toolkit.package.opened import Opened
from toolkit.tables import Database, Table, open_database, silent
from toolkit.tables.survey import is_standard

# What of a field's descriptor does not tell how its cells are read.
_WORDS = ("title", "description", "example", "constraints", "codelist", "categories", "rdfType")
_SIDES = ("old", "new")


class TablePair(NamedTuple):
    """A table of both sides, and how many of its rows were left out because both have them."""

    name: str
    old: Table
    new: Table
    common: int


@dataclass(frozen=True, slots=True)
class Pair:
    """An open database with the tables that both sides have."""

    database: Database
    tables: tuple[TablePair, ...]
    skipped: tuple[Skipped, ...]

    def table(self, side: str, name: str) -> Table | None:
        """Return a table of the side ``old`` or ``new``; None if it was not read."""
        return self.database.tables.get(f"{side}/{name}")


class _Reduced(NamedTuple):
    """Resources of files that hold just the rows that differ, and the number of rows left out."""

    old: Resource
    new: Resource
    common: int


class _Plan(NamedTuple):
    """The resources of both sides by name."""

    old: dict[str, Resource]
    new: dict[str, Resource]


@contextmanager
def open_pair(
    old: Opened,
    new: Opened,
    names: list[str],
    whole: list[str],
    progress: Callable[[str], None] = silent,
) -> Iterator[Pair]:
    """Read the tables called ``names``; those called ``whole`` with every row."""
    plan = _Plan(_by_name(old.package), _by_name(new.package))
    with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
        reduced = _reduce(plan, names, Path(name), progress)
        for table in whole:
            reduced.pop(table, None)
        wanted = _wanted(plan, names, reduced) | set(whole)
        while True:
            package = _package(new.package, plan, wanted, reduced)
            found = Collector(limit=1)
            with open_database(package, found, progress=progress) as database:
                doubtful = {one for one in _faulty(found) if one in reduced}
                if not doubtful:
                    tables = tuple(_pairs(database, names, reduced))
                    skipped = tuple(_skipped(old, new, names, database, found))
                    yield Pair(database, tables, skipped)
                    return
            # A row may depend on what stands before it: such tables are read as they are.
            for table in doubtful:
                del reduced[table]


def _by_name(package: Package) -> dict[str, Resource]:
    # Of two resources with one name the first one counts, as where tables are read.
    return {one.name: one for one in reversed(package.resources)}


def _reduce(
    plan: _Plan, names: list[str], folder: Path, progress: Callable[[str], None]
) -> dict[str, _Reduced]:
    """Write files of the rows that differ, of each table whose files can be compared by bytes."""
    reduced: dict[str, _Reduced] = {}
    for index, name in enumerate(names):
        old, new = plan.old.get(name), plan.new.get(name)
        if old is None or new is None or not _alike(old, new):
            continue
        progress(f"comparing {name}")
        found = unmatched(old.file, new.file)
        if found is not None:
            files = _write(found, folder, index)
            reduced[name] = _Reduced(_reading(old, files[0]), _reading(new, files[1]), found.common)
    return reduced


def _write(found: Unmatched, folder: Path, index: int) -> tuple[Path, Path]:
    files = folder / f"{index}-old.csv", folder / f"{index}-new.csv"
    for file, rows in zip(files, (found.old, found.new), strict=True):
        with file.open("wb") as out:
            out.writelines(row + b"\n" for row in (found.header, *rows))
    return files


def _reading(resource: Resource, file: Path) -> Resource:
    apart = ("bytes", "hash")
    descriptor = {name: value for name, value in resource.descriptor.items() if name not in apart}
    return replace(resource, files=(file,), descriptor=descriptor)


def _alike(old: Resource, new: Resource) -> bool:
    """Whether the same bytes are the same row in both files."""
    if old.schema is None or new.schema is None:
        return False
    for one in (old, new):
        plain = len(one.files) == 1 and not one.compression and not one.inline
        if not (plain and is_standard(one.dialect) and one.dialect.header):
            return False
        if one.encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            return False
    shapes = [
        (list(map(_reads, schema.fields)), schema.fields_match, schema.primary_key)
        for schema in (old.schema, new.schema)
    ]
    return old.dialect == new.dialect and shapes[0] == shapes[1]


def _reads(one: Field) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    words = {name: value for name, value in one.descriptor.items() if name not in _WORDS}
    return one.type, one.missing_values, words


def _wanted(plan: _Plan, names: list[str], reduced: dict[str, _Reduced]) -> set[str]:
    """Return the tables to read whole or in part.

    A row is called by the rows to which its key refers, so that these tables are read whole.
    """
    wanted = set(names)
    for name in names:
        schema = plan.new[name].schema if name in plan.new else None
        if schema is None or (name in reduced and not _differs(reduced[name])):
            continue
        if title_field(schema.fields) is None:
            for key in schema.foreign_keys:
                if set(key.fields) <= set(schema.primary_key):
                    wanted.add(key.resource)
                    reduced.pop(key.resource, None)
    return wanted


def _differs(one: _Reduced) -> bool:
    sizes = [resource.file.stat().st_size for resource in (one.old, one.new)]
    with one.old.file.open("rb") as handle:
        header = len(handle.readline())
    return sizes != [header, header]


def title_field(fields: tuple[Field, ...]) -> str | None:
    """Return the field that says what a row is called.

    That is one whose ``rdfType`` is that of a label (RDF Schema), else one called title, name or
    label.
    """
    labels = [one.name for one in fields if str(one.descriptor.get("rdfType")).endswith("#label")]
    named = [one.name for one in fields if one.name.lower() in ("title", "name", "label")]
    return next(
        iter([*labels, *sorted(named, key=lambda name: "tnl".index(name[0].lower()))]), None
    )


def _package(
    new: Package,
    plan: _Plan,
    wanted: set[str],
    reduced: dict[str, _Reduced],
) -> Package:
    """Return a package of the tables of both sides, each called by its side and name."""
    resources = []
    for side, given in zip(_SIDES, plan, strict=True):
        for name, resource in given.items():
            if name in wanted:
                read = getattr(reduced[name], side) if name in reduced else resource
                resources.append(replace(read, name=f"{side}/{name}"))
    return replace(new, resources=tuple(resources), codelists={}, query_rules=())


def _faulty(found: Collector) -> set[str]:
    """Return the tables with faults of structure."""
    groups = found.groups(lambda findings: findings)
    return {
        group.table.partition("/")[2]
        for group in groups
        if group.table and group.rule.startswith("S")
    }


def _pairs(
    database: Database, names: list[str], reduced: dict[str, _Reduced]
) -> Iterator[TablePair]:
    for name in names:
        tables = [database.tables.get(f"{side}/{name}") for side in _SIDES]
        if tables[0] and tables[1]:
            common = reduced[name].common if name in reduced else 0
            yield TablePair(name, tables[0], tables[1], common)


def _skipped(
    old: Opened, new: Opened, names: list[str], database: Database, found: Collector
) -> Iterator[Skipped]:
    """Yield the tables that both descriptors list, and that one side could not read."""
    groups = found.groups(lambda findings: findings)
    unread = [finding for group in groups for finding in group.findings]
    for name in names:
        for label, side in zip(_SIDES, (old, new), strict=True):
            if f"{label}/{name}" in database.tables or name not in tables_of(side.package):
                continue
            reasons: list[Finding] = [one for one in unread if one.table == f"{label}/{name}"]
            reasons += [one for one in side.findings if one.table == name]
            reason = reasons[0].message if reasons else "it is no table that can be read"
            yield Skipped(name, label, reason)
