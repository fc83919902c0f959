"""What ``toolkit fix`` writes: canonical form, and the one remedy of each fault that has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checks.canonical import departures, fields_by_place, file_findings, row_keys
from toolkit.checks.waivers import granted
from toolkit.edit.keys import broken_keys, fix_keys
from toolkit.edit.write import Change, put_back, write_all
from toolkit.findings import Collector, Finding, Group, builtin_rule
from toolkit.package import Package, Resource, load_package
from toolkit.package.canonical import can_be_mended, fixed_texts
from toolkit.tables import Table, open_database, silent, with_places
from toolkit.tables.canonical import (
    Form,
    changed_columns,
    encoding_of,
    form_of,
    key_order,
    reordered,
    sorted_form,
    unfit,
)

if TYPE_CHECKING:
    import polars as pl

# Faults of structure that leave no doubt what the cells are.
_MENDABLE = ("S006", "S010", "S014")
# Faults of the metadata that leave none what a table is.
_HARMLESS = ("D015", "D016", "D017")


@dataclass(frozen=True, slots=True)
class FileFix:
    """What becomes of one file. ``counts`` tells of each rule how many cells; 0 for the file."""

    name: str
    path: Path
    raw: bytes
    before: str
    after: str
    encoding: str
    counts: Counter[str]


@dataclass(slots=True)
class Plan:
    """What a run writes, or why it cannot: then ``refused`` holds a finding or more.

    ``left`` tells of each file that is left alone why that is so, and ``restored`` which files an
    interrupted write had left half done.
    """

    package: Package
    fixes: list[FileFix] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Work:
    """A table: its file, its form as read, and the structure faults of it that can be mended."""

    table: Table
    raw: bytes
    text: str
    form: Form
    faults: dict[str, Group]


def plan_fixes(
    path: Path, *, restore: bool = False, progress: Callable[[str], None] = silent
) -> Plan:
    """Return what becomes of the files of the package at ``path``.

    Nothing is written, but that ``restore`` first puts back what an interrupted write has left.
    Raises NotWritten if that cannot be told, and OSError if a file cannot be read.
    """
    package, faults = load_package(path, rules=False)
    plan, found = Plan(package), Collector(1)
    if restore:
        plan.restored += put_back(package)
    found.extend(fault for fault in faults if _blocks(fault))
    with open_database(package, found, locked=False, progress=progress) as database:
        tables = database.tables
        groups = found.groups(partial(with_places, tables=tables))
        plan.refused += [one for group in groups for one in _refusals(group, tables)]
        resources = list(_fit(plan))
        if plan.refused:
            return plan
        works = {}
        for resource in resources:
            progress(f"reading the cells of {resource.name}")
            works[resource.name] = _work(plan, tables[resource.name], groups)
        if not plan.refused:
            _fix(plan, works, tables, progress)
    return plan


def _blocks(fault: Finding) -> bool:
    """Whether a fault of the metadata leaves doubt what a table is."""
    return fault.rule in ("D001", "D002") or (fault.table is not None and fault.rule[0] == "D")


def _refusals(group: Group, tables: dict[str, Table]) -> Iterable[Finding]:
    """Return the first finding of a kind, if it stands in the way of a fix."""
    table, code = tables.get(group.table or ""), group.rule
    if code[0] not in "DS" or code in _HARMLESS or (table and unfit(table.resource)):
        return ()
    return () if table and code in _MENDABLE else group.findings[:1]


def _fit(plan: Plan) -> Iterator[Resource]:
    """Yield the resources whose files can be fixed, and note the others."""
    seen: dict[Path, str] = {}
    root = plan.package.root.resolve()
    for resource in plan.package.resources:
        real = resource.file.resolve()
        if reason := unfit(resource):
            plan.left.append((resource.path, reason))
        elif real != root.joinpath(*resource.path.split("/")):
            plan.refused.append(_refusal(resource, "the file is a link, or lies behind one"))
        elif real in seen:
            message = f"the file is that of the resource {seen[real]} as well"
            plan.refused.append(_refusal(resource, message))
        else:
            seen[real] = resource.name
            yield resource


def _refusal(resource: Resource, message: str) -> Finding:
    finding = builtin_rule("D008").finding(resource.path, message, table=resource.name)
    return replace(finding, hint="Files that are links, or those of two resources, are not fixed.")


def _work(plan: Plan, table: Table, groups: list[Group]) -> _Work:
    """Take the file of a table apart, and note what stands in the way of a fix."""
    raw = table.resource.file.read_bytes()
    text = raw.decode(encoding_of(table.resource))
    faults = {group.rule: group for group in groups if group.table == table.name}
    form = form_of(table, text, blank="S006" in faults)
    if "S006" in faults and form.dropped < faults["S006"].count:
        # A row of empty cells is more than a line end too many.
        plan.refused += faults["S006"].findings[:1]
    if "S010" in faults and len(form.head) != 1:
        plan.refused += faults["S010"].findings[:1]
    return _Work(table, raw, text, form, faults)


def _fix(
    plan: Plan, works: dict[str, _Work], tables: dict[str, Table], progress: Callable[[str], None]
) -> None:
    own = {name: work.table for name, work in works.items()}
    held = set(_held(tables, own))
    before = {name: work.form.cells for name, work in works.items()}
    after = {}
    for name, work in works.items():
        progress(f"fixing {name}")
        after[name] = _fixed_cells(work, held)
    fix_keys(own, after)
    waived = {(one.table, one.key) for one in granted(plan.package) if one.rule[0] in "TCKF"}
    for name, work in works.items():
        after[name] = _with_waived(work, after[name], {key for at, key in waived if at == name})
    plan.refused += with_places(broken_keys(own, before, after), tables)
    for name, work in works.items():
        if fix := _finished(plan, work, after[name]):
            plan.fixes.append(fix)


def _held(tables: dict[str, Table], own: dict[str, Table]) -> Iterator[tuple[str, str]]:
    """Yield the fields that stay as they are, since a key ties them to a file that does."""
    for name, table in tables.items():
        for key in table.schema.foreign_keys:
            if (name in own) != (key.resource in own):
                yield from ((name, one) for one in key.fields)
                yield from ((key.resource, one) for one in key.reference)


def _fixed_cells(work: _Work, held: set[tuple[str, str]]) -> pl.DataFrame:
    table, cells = work.table, work.form.cells
    fields = fields_by_place(table)
    for column in changed_columns(work.form, fields, fixed_texts, everything=can_be_mended):
        if column.field is None or (table.name, column.field.name) not in held:
            cells = column.apply(cells)
    return cells


def _with_waived(work: _Work, cells: pl.DataFrame, waived: set[str]) -> pl.DataFrame:
    """Return the cells with those of some rows as they were: a waiver says that they are right."""
    import polars

    keys = row_keys(work.table, work.form.cells)
    if not waived or keys is None:
        return cells
    spared = keys.is_in(sorted(waived))
    return cells.select(
        polars.when(spared).then(old).otherwise(new).alias(old.name)
        for old, new in zip(work.form.cells, cells, strict=True)
    )


def _finished(plan: Plan, work: _Work, cells: pl.DataFrame) -> FileFix | None:
    """Return what becomes of a file; None if it is as it should be."""
    table, form = work.table, replace(work.form, cells=cells)
    positions = table.header.positions
    if "S010" in work.faults:
        places = [positions[name] for name in table.schema.names if name in positions]
        form, positions = (
            reordered(form, places),
            {name: places.index(place) for name, place in positions.items()},
        )
    order = key_order(table.schema, positions)
    final = sorted_form(form, order) if order else form
    text, encoding = final.written(), encoding_of(table.resource)
    if text == work.text:
        return None
    counts = _counts(work, cells)
    if final is not form:
        counts["F005"] = 0
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        message = f"{error.object[error.start]!r} cannot be written in {encoding}"
        plan.refused.append(builtin_rule("S001").finding(table.resource.path, message))
    return FileFix(
        table.resource.path, table.resource.file, work.raw, work.text, text, encoding, counts
    )


def _counts(work: _Work, cells: pl.DataFrame) -> Counter[str]:
    """Return by rule how many cells change, and 0 for each rule about the file as a whole."""
    import polars

    counts = Counter({one.rule: 0 for one in file_findings(work.table, work.form, work.text)})
    counts.update({code: 0 for code in work.faults if code in _MENDABLE})
    fields = fields_by_place(work.table)
    for old, new in zip(work.form.cells, cells, strict=True):
        pairs = polars.DataFrame({"old": old, "new": new}).filter(old != new)
        for text, result, count in pairs.group_by("old", "new").len().rows():
            for code in departures(fields.get(int(old.name)), text, result):
                counts[code] += count
    return counts


def write(plan: Plan) -> None:
    """Write the files of a plan, all or none.

    Raises NotWritten if one of them has changed since, and OSError; no file has changed then.
    """
    write_all(
        plan.package.root,
        [Change(fix.name, fix.path, fix.raw, fix.after.encode(fix.encoding)) for fix in plan.fixes],
    )
