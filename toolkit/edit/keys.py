"""Keys across the files of a package: those that a fix mends, and those that it must not break."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, builtin_rule
from toolkit.package import ForeignKey
from toolkit.package.canonical import by_spelling
from toolkit.tables import Table
from toolkit.tables.canonical import Column

if TYPE_CHECKING:
    import polars as pl

Tables = dict[str, Table]
Cells = dict[str, "pl.DataFrame"]


def fix_keys(tables: Tables, cells: Cells) -> None:
    """Write foreign keys that differ from one key, and from no other, in capital letters only.

    ``cells`` holds those of each table, and is changed. A key may be one of a key itself, so that
    this goes on until nothing changes.
    """
    for _ in cells:
        changed = False
        for name, table in tables.items():
            for key in table.schema.foreign_keys:
                if column := _misspelt(table, tables, cells, key):
                    cells[name] = column.apply(cells[name])
                    changed = True
        if not changed:
            return


def _misspelt(table: Table, tables: Tables, cells: Cells, key: ForeignKey) -> Column | None:
    target = tables.get(key.resource)
    if target is None or len(key.fields) > 1 or not _has_columns(table, target, key):
        return None
    one, other = table.schema.field(key.fields[0]), target.schema.field(key.reference[0])
    if one.type != "string" or other.type != "string":
        return None
    place = table.header.positions[one.name]
    known = set(cells[target.name][str(target.header.positions[other.name])].unique().to_list())
    own = set(cells[table.name][str(place)].unique().to_list())
    spelt = by_spelling(known - set(other.missing_values))
    lost = own - known - set(one.missing_values)
    texts = {text: spelt[text.casefold()] for text in lost if text.casefold() in spelt}
    return Column(place, one, texts) if texts else None


def _has_columns(table: Table, target: Table, key: ForeignKey) -> bool:
    own, other = table.header.positions, target.header.positions
    return all(name in own for name in key.fields) and all(name in other for name in key.reference)


def broken_keys(tables: Tables, before: Cells, after: Cells) -> Iterator[Finding]:
    """Yield a finding for each key that held before its cells were changed, and does not now."""
    for name, table in tables.items():
        for code, fields in _unique_keys(table):
            columns = [str(table.header.positions[one]) for one in fields]
            old, new = before[name].select(columns), after[name].select(columns)
            if old.n_unique() > new.n_unique():
                double = new.is_duplicated() & ~old.is_duplicated()
                moved = [old[column] != new[column] for column in columns]
                row = (double & functools.reduce(operator.or_, moved)).arg_max() or 0
                yield _broken(table, code, fields, row, "would stand twice once it is fixed")
        for key in table.schema.foreign_keys:
            target = tables.get(key.resource)
            if target is None or not _has_columns(table, target, key):
                continue
            lost = _dangling(table, target, key, after) & ~_dangling(table, target, key, before)
            if lost.any():
                row, message = lost.arg_max() or 0, f"would be no key of {target.name} any more"
                yield _broken(table, "K005", key.fields, row, message)


def _unique_keys(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    schema = table.schema
    keys = [("K001", schema.primary_key), *(("K004", key) for key in schema.unique_keys)]
    keys += [
        ("K003", (one.name,)) for one in schema.fields if one.constraints.get("unique") is True
    ]
    for code, key in keys:
        if key and all(name in table.header.positions for name in key):
            yield code, key


def _dangling(table: Table, target: Table, key: ForeignKey, cells: Cells) -> pl.Series:
    """Return for each row whether its key is none of the other table."""
    import polars

    own = [str(table.header.positions[name]) for name in key.fields]
    other = [str(target.header.positions[name]) for name in key.reference]
    known = cells[target.name].select(
        polars.col(column).alias(f"k{n}") for n, column in enumerate(other)
    )
    rows = cells[table.name].select(
        polars.col(column).alias(f"k{n}") for n, column in enumerate(own)
    )
    found = rows.join(
        known.unique().with_columns(known=polars.lit(True)),
        on=known.columns,
        how="left",
        maintain_order="left",
    )
    return found["known"].is_null()


def _broken(table: Table, code: str, fields: tuple[str, ...], row: int, message: str) -> Finding:
    first = 2 if table.resource.dialect.header else 1
    return builtin_rule(code).finding(
        table.resource.path,
        f"{', '.join(fields)} {message}",
        table=table.name,
        record=row + first,
        column=fields[0],
        position=table.header.positions[fields[0]] + 1,
    )
