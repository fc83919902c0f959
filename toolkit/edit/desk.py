"""What is known while rows are added: the tables as they are, and the new rows beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.diff.pair import title_field
from toolkit.diff.tombstones import fields_of
from toolkit.edit.check import CellChecker, new_findings
from toolkit.edit.draft import Draft, Row
from toolkit.edit.lookup import Match, Name, plain, search, similar
from toolkit.edit.relations import reference_of
from toolkit.edit.slugs import suggestion
from toolkit.edit.tablefile import Inserted, NotEditable, TableFile, read_table_file
from toolkit.edit.write import Change, write_all
from toolkit.findings import Finding, Report, builtin_rule, escape
from toolkit.findings.markup import inert
from toolkit.package import Package, Schema
from toolkit.package.opened import open_package
from toolkit.tables import silent


class Desk:
    """A package, its files as they were when they were first looked at, and a draft."""

    def __init__(self, package: Package, checker: CellChecker) -> None:
        self.package = package
        self.draft = Draft()
        self._checker = checker
        self._files: dict[str, TableFile] = {}
        self._names: dict[tuple[str, str], list[Name]] = {}
        self._keys: dict[tuple[str, tuple[str, ...]], set[tuple[str, ...]]] = {}
        self._retired: set[tuple[str, str]] | None = None

    def file(self, table: str) -> TableFile:
        """Return the file of a table. Raises NotEditable and OSError."""
        if table not in self._files:
            resource = next((one for one in self.package.resources if one.name == table), None)
            if resource is None:
                raise NotEditable(f"the table {escape(table, 100)} cannot be read")
            self._files[table] = read_table_file(resource)
        return self._files[table]

    def is_editable(self, table: str) -> bool:
        """Whether rows can be added to a table, and its own be looked at. Raises OSError."""
        try:
            self.file(table)
        except NotEditable:
            return False
        return True

    # What rows there are

    def has_key(self, table: str, names: tuple[str, ...], values: tuple[str, ...]) -> bool:
        """Whether a row of a table, old or new, has these values, as far as that can be told."""
        if not self.is_editable(table):
            return True
        place = (table, names)
        if place not in self._keys:
            self._keys[place] = set(self.file(table).values(names))
        new = (tuple(row.get(name, "") for name in names) for row in self.draft.rows(table))
        return values in self._keys[place] or values in new

    def search(self, table: str, field: str, text: str) -> list[Match]:
        """Return the rows that a text means, each with what a reference to ``field`` would be."""
        return search(text, self._all_names(table, field))

    def similar(self, table: str, row: Row) -> list[Match]:
        """Return the rows that have nearly the names of a new one."""
        schema = self.file(table).schema
        if len(schema.primary_key) != 1:
            return []
        (key,) = schema.primary_key
        texts = [row.get(name, "") for name in _found_by(schema)]
        return [
            match
            for match in similar(texts, self._all_names(table, key))
            if match.key != row.get(key)
        ]

    def _all_names(self, table: str, field: str) -> list[Name]:
        if not self.is_editable(table):
            return []
        place = (table, field)
        if place not in self._names:
            self._names[place] = list(self._old_names(table, field))
        return [*self._names[place], *self._new_names(table, field)]

    def _old_names(self, table: str, field: str) -> Iterator[Name]:
        file = self.file(table)
        titled, found_by = title_field(file.schema.fields) or field, _found_by(file.schema)
        titles: dict[str, str] = {}
        for key, title, *texts in file.values((field, titled, *found_by)):
            titles.setdefault(key, title)
            for text in dict.fromkeys(filter(None, [key, *texts])):
                yield Name(key, title, text, plain(text))
        for other, reference, names in self._alias_tables(table, field):
            for key, *texts in self.file(other).values((reference, *names)):
                for text in filter(None, texts):
                    yield Name(key, titles.get(key, ""), text, plain(text))

    def _new_names(self, table: str, field: str) -> Iterator[Name]:
        schema = self.file(table).schema
        titled = title_field(schema.fields) or field
        for row in self.draft.rows(table):
            for text in filter(None, [row.get(field), *map(row.get, _found_by(schema))]):
                yield Name(row.get(field, ""), row.get(titled, ""), text, plain(text))

    def _alias_tables(self, table: str, field: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield the tables that give further names to the rows of one: table, reference, fields.

        They say in ``lookup`` which fields these are, and their key begins with the reference.
        """
        for resource in self.package.resources:
            schema = resource.schema
            if schema and schema.lookup and len(schema.primary_key) > 1:
                first = schema.primary_key[0]
                refers = reference_of(schema, first) == (table, field)
                if refers and resource.name != table and self.is_editable(resource.name):
                    yield resource.name, first, schema.lookup

    # What is to be said of new ones

    def suggest(self, table: str, row: Row) -> str:
        """Return an identifier for a new row; an empty text where none is to be had."""
        schema = self.file(table).schema
        if len(schema.primary_key) != 1 or schema.slug is None:
            return ""
        (key,) = schema.primary_key
        longest = schema.field(key).constraints.get("maxLength")

        def is_free(identifier: str) -> bool:
            taken = self.has_key(table, (key,), (identifier,)) or self.is_retired(table, identifier)
            return not taken and not self._checker.findings(self.file(table), {key: identifier})

        return suggestion(
            [row.get(name, "") for name in schema.slug.of],
            [row.get(name, "") for name in schema.slug.further],
            longest if isinstance(longest, int) else None,
            is_free,
        )

    def is_retired(self, table: str, identifier: str) -> bool:
        """Whether an identifier was removed once, as a table of tombstones tells."""
        if self._retired is None:
            self._retired = set()
            for resource in self.package.resources:
                named = fields_of(resource.schema)
                if named and self.is_editable(resource.name):
                    rows = self.file(resource.name).values(named[:2])
                    self._retired |= {(place, gone) for place, gone in rows}
        return (table, identifier) in self._retired

    def cell_findings(self, table: str, row: Row, name: str) -> list[Finding]:
        """Return what the cell ``name`` of a row breaks, whose later cells are not known yet."""
        file = self.file(table)
        found = [
            one
            for one in self._checker.findings(file, row)
            if one.column == name or one.rule not in _of_cells(one)
        ]
        return found or list(self._key_findings(file, row, name))

    def _key_findings(self, file: TableFile, row: Row, name: str) -> Iterator[Finding]:
        schema, path, text = file.schema, file.resource.path, row[name]
        if text in schema.field(name).missing_values:
            return
        for key in schema.foreign_keys:
            # Numbers can be written in several ways; those are left to the whole validation.
            if key.fields == (name,) and schema.field(name).type == "string":
                own = key.resource == file.name and row.get(key.reference[0]) == text
                if not own and not self.has_key(key.resource, key.reference, (text,)):
                    message = f"{text!r} is not in {key.reference[0]} of {key.resource}"
                    yield builtin_rule("K005").finding(path, message, column=name)
        alone = [(name,)] if schema.field(name).constraints.get("unique") is True else []
        keys = dict.fromkeys(alone, "K003") | dict.fromkeys(schema.unique_keys, "K004")
        for names, code in (keys | {schema.primary_key: "K001"}).items():
            # A key is complete with the last of its fields.
            if name in names and all(row.get(one) for one in names):
                values = tuple(row[one] for one in names)
                if self.has_key(file.name, names, values):
                    message = f"{', '.join(names)} {', '.join(values)!r} stands there already"
                    yield builtin_rule(code).finding(path, message, column=name)

    def warnings(self) -> list[str]:
        """Return what should be looked at in the draft, though no rule forbids it."""
        notes = list(self.draft.notes)
        for table, rows in self.draft:
            schema = self.file(table).schema
            for row in rows:
                key = "|".join(row.get(name, "") for name in schema.primary_key)
                named = f"{table} {escape(key, 100)}".strip()
                for match in self.similar(table, row):
                    called = escape(f"{match.key} ({match.name})", 200)
                    notes.append(f"{named} is much like {called}; is it another one?")
                notes += [
                    f"{named}: {name} begins with {escape(text[0])}, by which spreadsheets take it "
                    "for a formula"
                    for name, text in row.items()
                    if name in schema.positions
                    and schema.field(name).type in ("string", "any")
                    and inert(text) != text
                ]
        return notes

    def retired(self) -> list[str]:
        """Return the new rows, by table and key, whose identifiers were removed once."""
        found = []
        for table, rows in self.draft:
            key = self.file(table).schema.primary_key
            if len(key) == 1:
                ids = [row.get(key[0], "") for row in rows]
                found += [f"{table} {one}" for one in ids if self.is_retired(table, one)]
        return found

    # What becomes of them

    def inserted(self) -> dict[str, Inserted]:
        """Return the files of the tables with the rows of the draft in their places."""
        return {table: self.file(table).with_rows(rows) for table, rows in self.draft if rows}

    def check(self, progress: Callable[[str], None] = silent) -> Report:
        """Validate the whole package with the new rows, and return what they bring."""
        return new_findings(self.package, self.inserted(), progress)

    def write(self) -> None:
        """Write the files of all tables of the draft, or none. Raises NotWritten and OSError."""
        changes = []
        for table, file in self.inserted().items():
            before = self.file(table)
            resource = before.resource
            changes.append(Change(resource.path, resource.file, before.content, file.content))
        write_all(self.package.root, changes)


def _of_cells(finding: Finding) -> tuple[str, ...]:
    """Return the rule of a finding if it is one about single cells."""
    return (finding.rule,) if finding.rule[0] in "CTS" else ()


def _found_by(schema: Schema) -> tuple[str, ...]:
    """Return the fields by whose text a row is found: those of ``lookup``, else its title."""
    title = title_field(schema.fields)
    return schema.lookup or ((title,) if title else ())


@contextmanager
def open_desk(path: Path) -> Iterator[Desk]:
    """Open the package at ``path``, a folder or a descriptor. Raises NotOpened."""
    with open_package(str(path)) as opened, CellChecker() as checker:
        yield Desk(opened.package, checker)
