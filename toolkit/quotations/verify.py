"""Hold every quotation of a package against copies of its sources, and report."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from toolkit.checks import LIMIT, looked_at
from toolkit.findings import Collector, Report, RuleResult, builtin_rule, builtin_rules
from toolkit.package import Copy, Quotation, load_package
from toolkit.quotations.compare import Judgement, Text
from toolkit.quotations.copies import SUFFIX, Copies, Unusable
from toolkit.quotations.normal import sha256
from toolkit.tables import Database, Table, open_database, silent, stream, with_places

# Rules that look at every quotation, and those that need a copy to hold it against.
_COPIED, _COMPARED = ("Q004", "Q006"), ("Q001", "Q002", "Q003")
# Rules whose findings come of reading the package: its descriptor, files and types.
_READING = "DST"
_REMEDY = (
    "no schema of this package says which field holds quotations; the property quotation does, "
    'such as {"text": "text", "source": "source_id"}'
)


class NoQuotations(Exception):
    """No schema of the package says which field holds quotations; the message says how."""


class Verification(NamedTuple):
    """The report, and the SHA-256 of each copy that was read, normalised, by source in order."""

    report: Report
    hashes: dict[str, str]


class _Row(NamedTuple):
    """A row with a quotation or with the hash of a copy, which is its ``value``."""

    source: str | None
    value: str | None
    record: int
    key: str | None


def verify_quotations(
    path: str | Path,
    texts: str | Path,
    *,
    limit: int = LIMIT,
    progress: Callable[[str], None] = silent,
) -> Verification:
    """Hold the quotations of the package at ``path`` against the copies in the folder ``texts``.

    The copy of a source is the file ``<source>.txt``. The report has the faults of the metadata
    and of the files that hold quotations and sources, and the findings of the rules for quotations
    (Q); of each kind the first ``limit`` are kept, all if it is 0. ``progress`` is told each step.
    Raises NoQuotations, and OSError if ``path`` or ``texts`` cannot be read.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    copies = Copies(Path(texts))
    package, faults = load_package(path, rules=False)
    found = Collector(limit)
    faults = list(faults)
    found.extend(faults)
    schemas = {one.name: one.schema for one in package.resources if one.schema}
    if not faults and not any("quotation" in one.descriptor for one in schemas.values()):
        raise NoQuotations(_REMEDY)
    only = {name for name, one in schemas.items() if one.quotation or one.copy}
    with open_database(package, found, only=only, progress=progress) as database:
        run = _Run(database, copies, progress)
        run.verify()
        return Verification(_report(run), dict(sorted(run.hashes.items())))


class _Run:
    """The work of a run. ``looked_at`` counts the rows that each rule was held against."""

    def __init__(self, database: Database, copies: Copies, progress: Callable[[str], None]) -> None:
        self.database = database
        self.hashes: dict[str, str] = {}
        self.looked_at: Counter[str] = Counter()
        self._copies = copies
        self._progress = progress

    def verify(self) -> None:
        """Look at every quotation, and at every source of which there may be a copy."""
        for table in self.database.tables.values():
            if table.schema.quotation:
                self._progress(f"verifying the quotations in {table.name}")
                self._quotations(table, table.schema.quotation)
            if table.schema.copy:
                self._progress(f"comparing the copies with {table.name}")
                self._recorded(table, table.schema.copy)

    def _quotations(self, table: Table, names: Quotation) -> None:
        for source, rows in self._by_source(table, names.source, names.text):
            copy = self._copy(source)
            for row in rows:
                if row.value is None:
                    continue
                self.looked_at.update(_COPIED)
                if isinstance(copy, Judgement):
                    self._find(*copy, table, row, names.source, source or "")
                    continue
                self.looked_at.update(_COMPARED)
                judgement = copy.judge(row.value)
                if judgement.rule:
                    self._find(*judgement, table, row, names.text, row.value)

    def _recorded(self, table: Table, names: Copy) -> None:
        for source, rows in self._by_source(table, names.source, names.hash):
            copy = self._copy(source)
            for row in rows:
                if row.value is None:
                    continue
                self.looked_at["Q005"] += 1
                if isinstance(copy, Judgement):
                    if copy.rule == "Q006":
                        self._find(*copy, table, row, names.source, source or "")
                elif source and row.value.lower() != self.hashes[source]:
                    message = f"the copy at hand has the SHA-256 {self.hashes[source]}"
                    self._find("Q005", message, table, row, names.hash, row.value)

    def _copy(self, source: str | None) -> Text | Judgement:
        """Return the text of the copy of a source, having noted its hash, or why there is none."""
        if source is None:
            return Judgement("Q004", "the row names no source")
        try:
            text = self._copies.read(source)
        except Unusable as error:
            return Judgement("Q006", str(error))
        if text is None:
            return Judgement("Q004", f"there is no copy {source}{SUFFIX}")
        copy = Text.of(text)
        if source not in self.hashes:
            self.hashes[source] = sha256(copy.normal)
        return copy

    def _by_source(
        self, table: Table, source: str, value: str
    ) -> Iterator[tuple[str | None, Iterator[_Row]]]:
        """Yield each source with its rows, but for those that have a finding already."""
        columns = [table.column(source), table.column(value), table.record_sql, table.key_sql()]
        where = f"WHERE NOT ({table.blank_sql}) " if table.blank_sql else ""
        rows = stream(
            self.database.con,
            f"SELECT {', '.join(columns)} FROM {table.relation} {where}ORDER BY 1, 3",
        )
        read = (_Row(*row) for row in rows)
        sound = (row for row in read if not table.is_spared(row.record, source, value))
        yield from groupby(sound, key=attrgetter("source"))

    def _find(
        self, code: str, message: str, table: Table, row: _Row, column: str, value: str
    ) -> None:
        finding = builtin_rule(code).finding(
            table.resource.path,
            message,
            table=table.name,
            record=row.record,
            key=row.key or None,
            column=column,
            position=table.header.positions.get(column, -1) + 1,
            value=value,
        )
        self.database.found.add(finding)


def _report(run: _Run) -> Report:
    database = run.database
    package, tables = database.package, list(database.tables.values())
    groups = database.found.groups(functools.partial(with_places, tables=database.tables))
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.rule] += group.count
    results = []
    for rule in builtin_rules().values():
        if rule.code[0] in _READING:
            rows = looked_at(rule, tables, len(package.resources))
            results.append(RuleResult(rule, rows, counts[rule.code]))
        elif rule.code[0] == "Q":
            results.append(RuleResult(rule, run.looked_at[rule.code], counts[rule.code]))
    return Report(
        package=package.name,
        version=package.version,
        groups=tuple(groups),
        rows={table.name: table.rows for table in tables},
        results=tuple(results),
    )
