"""New rows held against the checks of `toolkit validate`: cell by cell, and with all the rest."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from toolkit.checks import validate_package
from toolkit.checks.constraints import constraint_findings
from toolkit.edit.tablefile import Inserted, TableFile
from toolkit.findings import Collector, Finding, Group, Report, builtin_rule
from toolkit.package import Dialect, Package
from toolkit.tables import connect, silent
from toolkit.tables.contents import Unloadable, open_contents
from toolkit.tables.reader import read_table

# Findings kept of each kind; one more is new if there were fewer before.
_KEPT = 100_000


class CellChecker:
    """Holds the cells of a row that are known against type, constraints, codes and row rules.

    A row rule is asked once all its fields are there. Keys are not looked at. Use it as a context
    manager.
    """

    def __init__(self) -> None:
        self._opened = ExitStack()

    def __enter__(self) -> CellChecker:
        """Open a database in memory."""
        self._folder = Path(self._opened.enter_context(tempfile.TemporaryDirectory()))
        self._con = self._opened.enter_context(connect())
        self._con.execute("CREATE SCHEMA cells")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._opened.close()

    def findings(self, file: TableFile, row: Mapping[str, str]) -> list[Finding]:
        """Return what is wrong with a row of which only some cells are given."""
        path = file.resource.path
        given = {name: row[name] for name in file.header if name in row}
        empty = [
            builtin_rule("C001").finding(path, f"{name} is required but empty", column=name)
            for name, text in given.items()
            if text in file.schema.field(name).missing_values and file.schema.field(name).required
        ]
        if empty or not any(given.values()):
            return empty
        source = self._folder / "row.csv"
        with source.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\r\n").writerows([given, given.values()])
        resource = replace(
            file.resource, files=(source,), encoding="utf-8", dialect=Dialect(), descriptor={}
        )
        found = Collector()
        try:
            with closing(open_contents(resource, self._folder / "copy.csv")) as contents:
                table = read_table(self._con, resource, contents, "cells.row", self._folder, found)
                found.extend(constraint_findings(self._con, table))
        except Unloadable as error:
            found.add(error.finding)
        groups = found.groups(lambda findings: findings)
        findings = [finding for group in groups for finding in group.findings]
        # Most columns are still to come, and the header is ours.
        return [one for one in findings if one.record != 1 and one.rule not in ("S006", "S007")]


def with_new_rows(package: Package, files: Mapping[str, Path]) -> Package:
    """Return a package that reads some tables from other files."""
    return replace(
        package,
        resources=tuple(
            replace(one, files=(files[one.name],)) if one.name in files else one
            for one in package.resources
        ),
    )


def new_findings(
    package: Package,
    inserted: Mapping[str, Inserted],
    progress: Callable[[str], None] = silent,
) -> Report:
    """Validate a package as it would be with new rows, and return what was not found without them.

    ``inserted`` gives the files by table; they are written to a temporary folder and nowhere else.
    """
    with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
        files = {table: Path(name, f"{n}.csv") for n, table in enumerate(inserted)}
        for table, file in files.items():
            file.write_bytes(inserted[table].content)
        after = validate_package(with_new_rows(package, files), limit=_KEPT, progress=progress)
    if not after.groups:
        return after
    before = validate_package(package, limit=_KEPT, progress=progress)
    known = Counter(map(_identity, before.findings))
    groups = []
    for group in after.groups:
        new = []
        for finding in group.findings:
            if known[_identity(finding)]:
                known[_identity(finding)] -= 1
            else:
                new.append(finding)
        if new:
            groups.append(_group(group, new))
    return replace(after, groups=tuple(groups))


def _identity(finding: Finding) -> tuple[str | None, ...]:
    """What makes a finding the same as before, though its line has moved."""
    return finding.rule, finding.file, finding.table, finding.key, finding.column, finding.value


def _group(group: Group, findings: list[Finding]) -> Group:
    return replace(group, count=len(findings), findings=tuple(findings))
