"""From a descriptor file to a Package, keeping whatever can still be checked."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from toolkit.findings import Finding, builtin_rule
from toolkit.package import metadata
from toolkit.package.codelists import CodeList, load_codelists
from toolkit.package.dialect import names_crlf, parse_dialect
from toolkit.package.formats import is_text_encoding, text_format
from toolkit.package.inline import NoTable, inline_csv, inline_dialect, rows_of
from toolkit.package.model import Dialect, Package, Resource, listed_names
from toolkit.package.paths import find_descriptor, resolve
from toolkit.package.profiles import profile_faults
from toolkit.package.queries import load_queries
from toolkit.package.reviews import load_review_queries
from toolkit.package.rules import load_query_rules
from toolkit.package.schema import Schema, parse_schema
from toolkit.package.text import JsonPath, Unreadable, line_of, read_mapping
from toolkit.package.views import load_views


def load_package(path: Path, *, rules: bool = True) -> tuple[Package, Iterable[Finding]]:
    """Return the package at ``path`` (a folder or a descriptor) and the faults of its metadata.

    A package whose descriptor cannot be read has no resources. What frictionless has to say is
    asked of it only when the faults are taken. Without ``rules`` the consistency queries are left
    out, which take their time.
    """
    descriptor_path = find_descriptor(path)
    root, file = descriptor_path.parent, descriptor_path.name
    empty = Package(root=root, descriptor_path=descriptor_path, descriptor={})
    if not descriptor_path.is_file():
        message = f"there is no {file} in this folder"
        above = find_descriptor(root.resolve().parent)
        if above.is_file():
            message += f"; there is a {above.name} in the folder above"
        return empty, [builtin_rule("D001").finding(file, message)]
    try:
        descriptor = read_mapping(descriptor_path)
    except Unreadable as error:
        return empty, [builtin_rule("D002").finding(file, str(error), line=error.line)]
    return _Loader(descriptor_path, descriptor, rules=rules).load()


class _Part(NamedTuple):
    """A schema or dialect: its descriptor, and the file and the place in it where that stands."""

    value: dict[str, Any]
    file: str
    path: Path
    place: JsonPath


class _Loader:
    """Collects the findings of one descriptor while its parts are read."""

    def __init__(self, descriptor_path: Path, descriptor: dict[str, Any], *, rules: bool) -> None:
        self.rules = rules
        self.path = descriptor_path
        self.root = descriptor_path.parent
        self.descriptor = descriptor
        self.findings: list[Iterable[Finding]] = []
        self.codelists: dict[str, CodeList] = {}

    def load(self) -> tuple[Package, Iterable[Finding]]:
        self.findings.append(self._package_faults())
        self._check_profile(self.descriptor, "D003", ())
        if not isinstance(self.descriptor.get("canonicalForm", True), bool):
            self._fault("D022", "canonicalForm is not true or false", ("canonicalForm",))
        self.codelists, findings = load_codelists(self.root)
        query_rules, faults = load_query_rules(self.root) if self.rules else ((), [])
        queries, asked = load_queries(self.root, self._query_groups())
        views, shown = load_views(self.root, listed_names(self.descriptor))
        reviewing, wrong = load_review_queries(self.root)
        self.findings += [findings, faults, asked, shown, wrong]
        resources = tuple(self._resources())
        self._check_names()
        self._check_foreign_keys(resources)
        self._check_rule_codes(resources)
        package = Package(
            root=self.root,
            descriptor_path=self.path,
            descriptor=self.descriptor,
            resources=resources,
            codelists=self.codelists,
            query_rules=query_rules,
            queries=queries,
            views=views.read,
            lost_views=views.lost,
            review_queries=reviewing,
        )
        return package, itertools.chain.from_iterable(self.findings)

    def _query_groups(self) -> list[str]:
        """The groups under which named queries are shown, in order; none if they cannot be read."""
        groups = self.descriptor.get("queryGroups", [])
        if (
            isinstance(groups, list)
            and all(isinstance(group, str) and group for group in groups)
            and len(set(groups)) == len(groups)
        ):
            return groups
        self._fault("D019", "queryGroups is not a list of different names", ("queryGroups",))
        return []

    def _add(self, code: str, file: str, message: str, **place: Any) -> None:
        self.findings.append([builtin_rule(code).finding(file, message, **place)])

    def _fault(self, code: str, message: str, place: JsonPath, table: str | None = None) -> None:
        line = line_of(self.path, place)
        self._add(code, self.path.name, message, line=line, table=table)

    def _package_faults(self) -> Iterator[Finding]:
        rule = builtin_rule("D003")
        for note in metadata.package_faults(self.descriptor):
            line = line_of(self.path, metadata.property_path(note))
            yield rule.finding(self.path.name, note, line=line)

    def _resource_faults(
        self, entry: dict[str, Any], name: str, place: JsonPath
    ) -> Iterator[Finding]:
        rule = builtin_rule("D004")
        for note in metadata.resource_faults(entry, self.descriptor):
            line = line_of(self.path, (*place, *metadata.property_path(note)))
            message = f"resource {name}: {note}"
            yield rule.finding(self.path.name, message, line=line, table=name)

    def _schema_faults(self, part: _Part, name: str) -> Iterator[Finding]:
        rule = builtin_rule("D006")
        for note in metadata.schema_faults(part.value, self.descriptor):
            line = line_of(part.path, (*part.place, *metadata.property_path(note)))
            yield rule.finding(part.file, note, line=line, table=name)

    def _check_profile(
        self, descriptor: dict[str, Any], code: str, place: JsonPath, table: str | None = None
    ) -> None:
        for other, message, where in profile_faults(descriptor, self.root):
            self._fault(other or code, message, (*place, *where), table)

    def _resources(self) -> Iterator[Resource]:
        entries = self.descriptor.get("resources")
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            place = ("resources", index)
            if not isinstance(entry, dict):
                self._fault("D004", f"resource {index + 1} is not an object", place)
                continue
            given = entry.get("name")
            name = given if isinstance(given, str) and given else f"resource-{index + 1}"
            self.findings.append(self._resource_faults(entry, name, place))
            self._check_profile(entry, "D004", place, name)
            resource = self._resource(entry, name, place)
            if resource:
                yield resource

    def _resource(self, entry: dict[str, Any], name: str, place: JsonPath) -> Resource | None:
        schema = self._schema(entry.get("schema"), name, (*place, "schema"))
        dialect = self._dialect(entry.get("dialect"), name, (*place, "dialect"))
        encoding = entry.get("encoding", "utf-8")
        encoding = encoding if isinstance(encoding, str) else "utf-8"
        if not is_text_encoding(encoding):
            message = f"resource {name}: the encoding {encoding!r} is unknown"
            self._fault("D004", message, (*place, "encoding"), name)
            return None
        path = entry.get("path")
        paths = [path] if isinstance(path, str) else path
        if not isinstance(paths, list) or not all(isinstance(part, str) for part in paths):
            if "data" in entry and dialect is not None:
                return self._inline(entry, name, schema, dialect, place)
            return None
        files = [
            self._file(part, name, (*place, "path", *([index] if paths is path else [])))
            for index, part in enumerate(paths)
        ]
        found = [file for file in files if file]
        if len(found) < len(paths) or not paths or dialect is None:
            return None
        reason, form = text_format(entry, paths)
        if form is None:
            self._not_checked(name, reason, place)
            return None
        parsed = self._parsed(dialect, form.delimiter, name)
        return Resource(
            name=name,
            paths=tuple(paths),
            files=tuple(found),
            schema=_with_null(schema, parsed),
            encoding=encoding,
            dialect=parsed,
            descriptor=entry,
            compression=form.compression,
            crlf=names_crlf(dialect.value),
        )

    def _inline(
        self, entry: dict[str, Any], name: str, schema: Schema | None, part: _Part, place: JsonPath
    ) -> Resource | None:
        """Return a resource whose data stand in the descriptor, as rows or as delimited text."""
        data, where = entry["data"], (*place, "data")
        if isinstance(data, str):
            reason, form = text_format(entry, [""])
            if form is None or form.compression:
                self._not_checked(name, reason or "its data are compressed", place)
                return None
            dialect, text = self._parsed(part, form.delimiter, name), data.encode("utf-8")
            schema = _with_null(schema, dialect)
        else:
            dialect = self._parsed(part, ",", name)
            try:
                rows = rows_of(data)
            except NoTable as error:
                if isinstance(data, dict | list) and not _claims_table(entry):
                    self._not_checked(name, str(error), place)
                else:
                    at = where if error.row is None else (*where, error.row)
                    self._fault("D004", f"resource {name}: {error}", at, name)
                return None
            dialect = inline_dialect(rows, dialect)
            text = inline_csv(rows, schema, dialect)
        if not text.strip():
            self._fault("S012", f"the data of {name} are empty", where, name)
            return None
        return Resource(
            name=name,
            paths=(self.path.name,),
            files=(self.path,),
            schema=schema,
            encoding="utf-8",
            dialect=dialect,
            descriptor=entry,
            inline=text,
            place=where,
        )

    def _file(self, path: str, name: str, place: JsonPath) -> Path | None:
        file, reason = resolve(self.root, path)
        if file is None:
            self._fault("D008", f"the path {path!r} {reason}", place, name)
        elif not file.is_file():
            self._fault("D007", f"the file {path} does not exist", place, name)
            return None
        return file

    def _not_checked(self, name: str, reason: str, place: JsonPath) -> None:
        self._fault("D015", f"the resource {name} is not checked: {reason}", place, name)

    def _part(self, value: Any, kind: str, name: str, place: JsonPath) -> _Part | None:
        """Return the schema or dialect of a resource, from a file if it stands in one."""
        if isinstance(value, dict):
            return _Part(value, self.path.name, self.path, place)
        if not isinstance(value, str):
            if value is not None:
                message = f"resource {name}: the {kind} is no path and no object"
                self._fault("D004", message, place, name)
            return None
        path, reason = resolve(self.root, value)
        if path is None:
            self._fault("D008", f"the path {value!r} {reason}", place, name)
        elif not path.is_file():
            code = "D005" if kind == "schema" else "D004"
            self._fault(code, f"the {kind} {value} does not exist", place, name)
        else:
            try:
                return _Part(read_mapping(path), value, path, ())
            except Unreadable as error:
                self._add("D002", value, str(error), line=error.line, table=name)
        return None

    def _dialect(self, value: Any, name: str, place: JsonPath) -> _Part | None:
        """Return the dialect of a resource, an empty one if it has none; None if it is lost."""
        if value is None:
            return _Part({}, self.path.name, self.path, place)
        return self._part(value, "dialect", name, place)

    def _parsed(self, part: _Part, delimiter: str, name: str) -> Dialect:
        dialect, faults = parse_dialect(part.value, delimiter)
        for fault in faults:
            message = f"the dialect of {name}: {fault.message}"
            line = line_of(part.path, (*part.place, fault.name))
            self._add("D004", part.file, message, line=line, table=name)
        return dialect

    def _schema(self, value: Any, name: str, place: JsonPath) -> Schema | None:
        part = self._part(value, "schema", name, place)
        if part is None:
            return None
        self.findings.append(self._schema_faults(part, name))
        schema, faults = parse_schema(part.value, part.file, name, self.codelists)
        schema = dataclasses.replace(schema, source=(part.path, part.place))
        for code, message, where in faults:
            self._add(code, part.file, message, line=schema.line(*where), table=name)
        return schema

    def _check_names(self) -> None:
        seen: set[str] = set()
        entries = self.descriptor.get("resources")
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            name = entry.get("name") if isinstance(entry, dict) else None
            if not isinstance(name, str):
                continue
            if name.casefold() in seen:
                message = f"the name {name} is already that of another resource"
                self._fault("D004", message, ("resources", index, "name"), name)
            seen.add(name.casefold())

    def _check_foreign_keys(self, resources: tuple[Resource, ...]) -> None:
        listed = listed_names(self.descriptor)
        schemas = {resource.name: resource.schema for resource in resources}
        for resource in resources:
            for key in resource.schema.foreign_keys if resource.schema else ():
                message = ""
                target = schemas.get(key.resource)
                if key.resource not in listed:
                    message = f"the foreign key refers to {key.resource!r}, which is no resource"
                elif target and (unknown := [n for n in key.reference if n not in target.names]):
                    message = (
                        f"the foreign key refers to {unknown[0]!r}, no field of {key.resource}"
                    )
                if message and resource.schema:
                    line = resource.schema.line("foreignKeys", key.index)
                    file = resource.schema.file
                    self._add("D009", file, message, line=line, table=resource.name)

    def _check_rule_codes(self, resources: tuple[Resource, ...]) -> None:
        seen: dict[str, str] = {}
        for schema in [resource.schema for resource in resources if resource.schema]:
            for rule in schema.rules:
                code = rule.rule.code
                if code in seen:
                    message = f"the code {code} is already that of a rule in {seen[code]}"
                    line = schema.line("rules", rule.index)
                    self._add("D011", schema.file, message, line=line)
                seen.setdefault(code, schema.file)


def _with_null(schema: Schema | None, dialect: Dialect) -> Schema | None:
    if schema is None or dialect.null_sequence is None:
        return schema
    return schema.with_missing_value(dialect.null_sequence)


def _claims_table(entry: dict[str, Any]) -> bool:
    """Whether a resource says that it is a table; data of any other kind are allowed too."""
    claims = (entry.get("type") == "table", entry.get("profile") == "tabular-data-resource")
    return "schema" in entry or any(claims)
