"""Keys, references and code lists, proposed from the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from toolkit.scaffold.columns import Column
from toolkit.scaffold.names import agreement, key_rank
from toolkit.scaffold.sources import slug
from toolkit.tables.profile import Faults, Profile

# Types of which a key can be: the amounts of a measure may all differ by chance.
_KEYS = ("string", "integer", "date", "datetime", "yearmonth")
_LONGEST_KEY = 100
# Of fewer rows, that texts differ or that two columns tell all rows apart says little.
_FEW = 10
# How many columns are tried for a key of two or three of them.
_TRIED = 12
# A code list has no more codes, none that is longer, and each stands in so many rows or more.
_CODES, _LONGEST_CODE, _ROWS_OF_A_CODE = 25, 40, 5
# What holds for so many values, or of several columns for so many rows, fails by mistake.
_NEARLY = 0.9
_VERY_NEARLY = 0.999


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of one table whose values stand in a key of another, but for ``faults``."""

    fields: tuple[str, ...]
    table: str
    key: tuple[str, ...]
    faults: Faults


@dataclass
class Proposal:
    """What is proposed for a table.

    ``nearly_key`` and ``nearly_references`` would be proposed if it were not for a few values.
    """

    name: str
    profile: Profile
    columns: list[Column]
    primary_key: tuple[str, ...] = ()
    references: list[Reference] = field(default_factory=list)
    nearly_key: tuple[str, ...] = ()
    nearly_references: list[Reference] = field(default_factory=list)

    def column(self, name: str) -> Column:
        """Return the column called ``name``."""
        return next(column for column in self.columns if column.name == name)

    def is_unique(self, column: Column) -> bool:
        """Whether it is proposed that no value of a column stands twice."""
        if (column.name,) == self.primary_key:
            return True
        enough = self.profile.rows >= _FEW or key_rank(column.name, self.name) < 4
        return column.unique and column.kind in _KEYS and enough

    @cached_property
    def keys(self) -> list[Column]:
        """The columns to which another table may refer, once the primary key is known."""
        return [
            column
            for column in self.columns
            if (column.name,) == self.primary_key
            or (column.complete and column.unique and key_rank(column.name, self.name) < 4)
        ]


def propose(tables: list[Proposal]) -> dict[str, list[str]]:
    """Fill the proposals with keys and references, and return the code lists."""
    for table in tables:
        _find_key(table)
    for table in tables:
        _refer(table, tables)
    return _codelists(tables)


def _find_key(table: Proposal) -> None:
    """Find the columns that tell all rows apart, those first that are called like a key."""
    ranked = sorted(
        (key_rank(column.name, table.name), index)
        for index, column in enumerate(table.columns)
        if column.complete and column.kind in _KEYS and column.facts.longest <= _LONGEST_KEY
    )
    for rank, index in ranked:
        column = table.columns[index]
        # A number that is neither called a key nor stands first is an amount.
        if column.unique and (rank < 4 or index == 0 or column.kind == "string"):
            table.primary_key = (column.name,)
            return
        # An identifier that stands twice is a mistake: with another column it would be hidden.
        if rank < 2 and column.facts.distinct >= _NEARLY * table.profile.rows:
            table.nearly_key = (column.name,)
            return
    names = [table.columns[index].name for _, index in ranked[:_TRIED]]
    _find_composite_key(table, names)


def _find_composite_key(table: Proposal, names: list[str]) -> None:
    """Find two or three columns that tell all rows apart, or else nearly all."""
    if table.profile.rows < _FEW:
        return
    least = max(2.0, (1 - _VERY_NEARLY) * table.profile.rows)
    for size in (2, 3):
        for some in combinations(names, size):
            count = table.profile.repeats(some)
            key = tuple(column.name for column in table.columns if column.name in some)
            if not count:
                table.primary_key, table.nearly_key = key, ()
                return
            if count < least:
                table.nearly_key, least = key, count


def _refer(table: Proposal, tables: list[Proposal]) -> None:
    """Find to which tables a table refers."""
    for other in tables:
        shared = _shared_key(table, other)
        if shared and not shared.faults.count and _is_free(table, other, shared, tables):
            _add(table, other, shared)
    for column in table.columns:
        nearly: list[Reference] = []
        # The best name first; of equal ones a primary key.
        for *_, other, key in sorted(_targets(table, column, tables), key=lambda one: one[:3]):
            faults = _lacking(table, (column.name,), other, (key,))
            reference = Reference((column.name,), other.name, (key,), faults)
            if not _is_free(table, other, reference, tables):
                continue
            if not faults.count:
                _add(table, other, reference)
                break
            if faults.count <= (1 - _NEARLY) * column.facts.distinct:
                nearly.append(reference)
        else:
            table.nearly_references += nearly[:1]


def _add(table: Proposal, other: Proposal, reference: Reference) -> None:
    """Note a reference; it is of the type of what it refers to."""
    table.references.append(reference)
    for name, target in zip(reference.fields, reference.key, strict=True):
        table.column(name).type = dict(other.column(target).type)


def _targets(
    table: Proposal, column: Column, tables: list[Proposal]
) -> Iterator[tuple[int, bool, int, Proposal, str]]:
    """Yield the keys to which the name of a column may refer, each with what ranks it."""
    if column.kind not in ("string", "integer") or not column.facts.filled:
        return
    for place, other in enumerate(tables):
        for key in other.keys:
            fits = agreement(
                column.name, column.kind == "integer", other.name, key.name, same=other is table
            )
            if fits and key is not column and key.kind in ("string", column.kind):
                yield -fits, (key.name,) != other.primary_key, place, other, key.name


def _shared_key(table: Proposal, other: Proposal) -> Reference | None:
    """Return the reference to a key of several columns that a table has under the same names."""
    key = other.primary_key
    own = {column.name: column.kind for column in table.columns}
    kinds = {column.name: column.kind for column in other.columns}
    if table is other or len(key) < 2 or any(own.get(name) != kinds[name] for name in key):
        return None
    return Reference(key, other.name, key, _lacking(table, key, other, key))


def _lacking(
    table: Proposal, names: tuple[str, ...], other: Proposal, key: tuple[str, ...]
) -> Faults:
    missing = tuple(table.column(name).missing for name in names)
    return table.profile.lacking(names, other.profile, key, missing)


def _is_free(
    table: Proposal, other: Proposal, reference: Reference, tables: list[Proposal]
) -> bool:
    """Whether a reference closes no circle, nor is the wrong way round of one that is mutual."""
    if other is table:
        return True
    if table.name in _reached(other, tables):
        return False
    alone = len(reference.fields) == 1 and table.column(reference.fields[0]).unique
    own = alone or reference.fields == table.primary_key
    mutual = own and table.profile.rows == other.profile.rows
    return not mutual or tables.index(other) < tables.index(table)


def _reached(start: Proposal, tables: list[Proposal]) -> set[str]:
    """Return the names of a table and of all to which references lead from it."""
    named = {table.name: table for table in tables}
    reached, left = {start.name}, [start]
    while left:
        names = {reference.table for reference in left.pop().references} - reached
        reached |= names
        left += [named[name] for name in names]
    return reached


def _codelists(tables: list[Proposal]) -> dict[str, list[str]]:
    """Bind columns of few, short, often repeated texts to code lists, and return these."""
    found = [
        (table, column) for table in tables for column in table.columns if _is_code(table, column)
    ]
    columns = {
        (table.name, column.name): sorted(table.profile.values(column.name, _CODES))
        for table, column in found
    }
    codelists: dict[str, list[str]] = {}
    for table, column in found:
        codes = columns[table.name, column.name]
        name = slug(column.name, "codes")
        known = codelists.get(name)
        if known is not None:
            both = sorted({*known, *codes})
            # Columns of one name, in different tables, that share most codes have one list.
            common = len({*known} & {*codes})
            if 2 * common >= min(len(known), len(codes)) and len(both) <= _CODES:
                codes = both
            else:
                name = _free(f"{table.name}_{name}", codelists)
        codelists[name], column.codelist = codes, name
    return codelists


def _free(name: str, taken: dict[str, list[str]]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _is_code(table: Proposal, column: Column) -> bool:
    facts = column.facts
    refers = any(
        column.name in reference.fields
        for reference in (*table.references, *table.nearly_references)
    )
    return (
        column.kind == "string"
        and not refers
        and 2 <= facts.distinct <= _CODES
        and facts.longest <= _LONGEST_CODE
        and facts.distinct * _ROWS_OF_A_CODE <= facts.filled
        and all(
            text.strip() and text.isprintable()
            for text in table.profile.values(column.name, _CODES)
        )
    )
