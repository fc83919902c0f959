"""Which tables go into a workbook, and which of their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.edit.tablefile import NotEditable, TableFile, read_table_file
from toolkit.findings import escape
from toolkit.package import Package, Resource
from toolkit.query.suggestions import meant


class NotExported(Exception):
    """Nothing was exported; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A table of which some rows, given by their index, are exported."""

    file: TableFile
    rows: tuple[int, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The fields by which rows are told apart."""
        return self.file.schema.primary_key


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported, and of each table that is left out, why."""

    tables: tuple[Chosen, ...]
    notes: tuple[str, ...] = ()


def choose(
    package: Package,
    tables: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    ids: Sequence[str] = (),
) -> Selection:
    """Return the rows of ``tables``, of all if none is named, that ``where`` and ``ids`` ask for.

    ``where`` gives the values that a field may have; of tables that nobody named those without one
    of the fields are left out. ``ids`` are primary keys, their parts joined by ``|``. Raises
    NotExported.
    """
    where = where or {}
    known = {one.name: one for one in package.resources}
    for name in tables:
        if name not in known:
            question = meant(name[:100], {one: one for one in known})
            listed = question or f"there are {escape(', '.join(known) or 'none', 400)}"
            raise NotExported(f"there is no table {escape(name, 100)}; {listed}")
    files, notes = [], []
    for name in dict.fromkeys(tables or known):
        try:
            file = keyed_file(known[name])
            missing = [one for one in where if one not in file.header]
            if not missing:
                files.append(file)
            elif tables:
                question = meant(missing[0][:100], {one: one for one in file.header})
                text = f"{escape(name)} has no field {escape(missing[0], 100)}"
                raise NotExported(f"{text}; {question or 'leave the table out'}")
        except NotEditable as error:
            if tables:
                raise NotExported(str(error)) from None
            notes.append(f"left out: {error}")
    if where and not files:
        raise NotExported(f"no table has the field {escape(next(iter(where)), 100)}")
    chosen = [Chosen(file, tuple(_rows(file, where, ids))) for file in files]
    _need_all(chosen, ids)
    if where or ids:
        chosen = [one for one in chosen if one.rows or tables]
    if not any(one.rows for one in chosen) and (where or ids):
        raise NotExported("no row has these values")
    if not chosen:
        raise NotExported("; ".join(["there is no table to export", *notes]))
    return Selection(tuple(chosen), tuple(notes))


def keyed_file(resource: Resource) -> TableFile:
    """Return the file of a table whose rows can be told apart. Raises NotEditable and OSError."""
    name, file = resource.name, read_table_file(resource)
    key = file.schema.primary_key
    if not key or not set(key) <= set(file.header):
        raise NotEditable(
            f"{escape(name)} has no primary key, by which its rows could be found again"
        )
    keys = list(file.values(key))
    if len(set(keys)) < len(keys):
        raise NotEditable(f"{escape(name)} has a primary key twice; `toolkit validate` tells where")
    return file


def _rows(file: TableFile, where: Mapping[str, Sequence[str]], ids: Sequence[str]) -> Iterator[int]:
    places = {file.header.index(name): set(values) for name, values in where.items()}
    keys, wanted = file.values(file.schema.primary_key), set(ids)
    for index, (row, key) in enumerate(zip(file.rows, keys, strict=True)):
        fits = all(row[place] in values for place, values in places.items())
        if fits and (not wanted or "|".join(key) in wanted):
            yield index


def _need_all(chosen: Sequence[Chosen], ids: Sequence[str]) -> None:
    """Raise NotExported if there is no row with one of the keys."""
    keys = {"|".join(key) for one in chosen for key in one.file.values(one.key)} if ids else set()
    for named in ids:
        if named not in keys:
            question = meant(named[:100], {one: one for one in keys})
            raise NotExported(
                f"no row has the key {escape(named, 100)}; {question or 'look it up in the table'}"
            )
