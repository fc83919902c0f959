"""A workbook taken back: what it changes in a package, whether that holds, and writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from toolkit.diff.model import Difference, State
from toolkit.diff.tombstones import fields_of
from toolkit.edit.check import new_findings
from toolkit.edit.sheet.facts import FACTS, LISTS, README, Facts, TableFacts
from toolkit.edit.sheet.merge import TableChanges, merge
from toolkit.edit.sheet.opened import NotASheet, facts_of, open_book
from toolkit.edit.sheet.reading import Fault, read_rows
from toolkit.edit.sheet.selection import keyed_file
from toolkit.edit.tablefile import NotEditable, TableFile, read_table_file
from toolkit.edit.write import Change, write_all
from toolkit.findings import Finding, Group, Report, escape
from toolkit.package import Package
from toolkit.sheets import Book, Entry
from toolkit.tables import silent


@dataclass
class SheetImport:
    """What the workbook at ``path`` changes in a package.

    With ``faults`` nothing can be written; ``more`` tells that there may be others. ``notes`` are
    what should be looked at.
    """

    path: Path
    package: Package
    facts: Facts
    tables: list[TableChanges] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def removals(self) -> int:
        """How many rows are no longer in the workbook."""
        return sum(len(table.removed) for table in self.tables)

    def difference(self) -> Difference:
        """Return what changes, as `toolkit diff` tells it."""
        old = State("", self.package.name, self.package.version)
        new = State(self.path.name, self.package.name, self.package.version)
        return Difference(old, new, tables=tuple(one.difference() for one in self.tables))

    def check(self, progress: Callable[[str], None] = silent) -> Report:
        """Validate a copy of the package with the changes, and return what they bring.

        Findings about cells of the workbook name these instead of the lines of a file.
        """
        report = new_findings(
            self.package, {one.name: one.revised() for one in self.tables if one}, progress
        )
        return replace(report, groups=tuple(map(self._placed, report.groups)))

    def _placed(self, group: Group) -> Group:
        return replace(group, findings=tuple(map(self._in_sheet, group.findings)))

    def _in_sheet(self, finding: Finding) -> Finding:
        table = next((one for one in self.tables if one.name == finding.table), None)
        rows = table.sheet.rows if table else {}
        row = rows.get(tuple((finding.key or "").split("|")))
        if table is None or row is None:
            return finding
        known = finding.column in table.file.header
        place = table.sheet.place(row.number, finding.column if known else None)
        return replace(finding, file=place, line=None, record=None)

    def write(self) -> None:
        """Write the files of all tables, or none. Raises NotWritten and OSError."""
        changes = []
        for one in self.tables:
            if one:
                resource, content = one.file.resource, one.revised().content
                changes.append(Change(resource.path, resource.file, one.file.content, content))
        write_all(self.package.root, changes)


def open_sheets(path: Path, package: Package) -> SheetImport:
    """Read a workbook and hold it against the package that it was made from.

    Raises NotASheet if it is none that can be taken back, and OSError.
    """
    with open_book(path) as book:
        facts = facts_of(book)
        if facts.package != package.name:
            raise NotASheet(
                f"the workbook was made from the package {escape(facts.package, 100)}, "
                f"this is {escape(package.name, 100)}; name its folder"
            )
        found = SheetImport(path, package, facts)
        found.notes += _notes(book, facts)
        for table in facts.tables:
            _take(found, book, table)
    found.faults += _retired(found)
    return found


def _notes(book: Book, facts: Facts) -> Iterator[str]:
    known = {README, LISTS, FACTS, *(table.sheet for table in facts.tables)}
    for entry in book.entries:
        if entry.name not in known:
            yield f"the sheet {escape(entry.name, 40)} was not exported and is not read"


def _take(found: SheetImport, book: Book, facts: TableFacts) -> None:
    """Read the sheet of a table, and add what it changes or what is wrong with it."""
    place = escape(facts.sheet, 40)
    entries = [one for one in book.entries if one.name == facts.sheet and one.path]
    if len(entries) != 1:
        hint = "give the sheet its name back; to leave a table out, export without it"
        found.faults.append(Fault(place, f"the sheet of {escape(facts.name)} is missing", hint))
        return
    try:
        file = _file(found.package, facts)
    except NotEditable as error:
        found.faults.append(Fault(place, str(error), "export anew"))
        return
    if entries[0].hidden:
        hint = "show it (right click on a sheet's name, Unhide), look at it, and save"
        found.faults.append(Fault(place, "the sheet is hidden", hint))
    changes = _changes(book, entries[0], facts, file)
    found.tables.append(changes)
    found.faults += changes.sheet.faults
    found.more |= changes.sheet.full
    found.notes += changes.notes
    if sha256(file.content).hexdigest() != facts.digest:
        found.notes.append(f"{escape(facts.name)} was changed in the package since the export")


def _changes(book: Book, entry: Entry, facts: TableFacts, file: TableFile) -> TableChanges:
    return merge(file, read_rows(book.grid(entry), facts, file.schema))


def _file(package: Package, facts: TableFacts) -> TableFile:
    """Return the file of a table that is still what was exported. Raises NotEditable."""
    resource = next((one for one in package.resources if one.name == facts.name), None)
    if resource is None:
        raise NotEditable(f"the package has no table {escape(facts.name, 100)} any more")
    file = keyed_file(resource)
    if file.header != facts.header or file.schema.primary_key != facts.key:
        raise NotEditable(f"{escape(facts.name)} has other columns or another key by now")
    return file


def _retired(found: SheetImport) -> Iterator[Fault]:
    """Yield the new rows whose identifiers were removed once, as a table of tombstones tells."""
    gone: set[tuple[str, ...]] = set()
    for resource in found.package.resources:
        if named := fields_of(resource.schema):
            with suppress(NotEditable):
                gone |= set(read_table_file(resource).values(named[:2]))
    for table in found.tables:
        for row in table.added:
            key = [row.cells[table.file.header.index(name)] for name in table.sheet.facts.key]
            if len(key) == 1 and (table.name, key[0]) in gone:
                place = table.sheet.place(row.number, table.sheet.facts.key[0])
                message = f"the identifier {escape(key[0], 100)} was removed once"
                yield Fault(place, message, "choose another one; identifiers are not used again")
