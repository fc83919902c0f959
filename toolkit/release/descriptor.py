"""The contract as it is released: data, schemas with their codes filled in, rules, hashes."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from toolkit.package import Dialect, Field, Package, Resource, Schema
from toolkit.package.paths import resolve
from toolkit.release.archive import sha256

# What of the contract is copied as it stands.
_COPIED = (
    "schemas/codelists",
    "schemas/rules",
    "schemas/views",
    "schemas/queries",
    "schemas/waivers.csv",
)
# Properties that name files, of a package or of a resource.
_NAMING = ("path", "schema", "dialect", "profile", "$schema", "image")
# What described the data in the descriptor and not the file that is written of them.
_INLINE = ("data", "mediatype", "encoding", "compression", "dialect")


def named_files(package: Package) -> list[str]:
    """Return the paths under which the descriptor names files of the package, checked or not."""
    values = [
        entry.get(name)
        for entry in (package.descriptor, *package.descriptor["resources"])
        for name in _NAMING
    ]
    paths = [path for value in values for path in (value if isinstance(value, list) else [value])]
    named = dict.fromkeys(path for path in paths if isinstance(path, str) and path)
    return [path for path in named if _file(package.root, path)]


def copy_parts(package: Package, names: Iterable[str], folder: Path) -> None:
    """Copy those of the files, and whatever is in those of the folders, that the package has."""
    for name in names:
        source = package.root / name
        found = sorted(source.rglob("*")) if source.is_dir() else [source]
        copy_files(package.root, map(package.relative, found), folder)


def copy_files(root: Path, paths: Iterable[str], folder: Path) -> None:
    """Copy those of the files that the package has; no link leads out of it."""
    for path in paths:
        if file := _file(root, path):
            _parent(folder / path)
            shutil.copyfile(file, folder / path)


def _file(root: Path, path: str) -> Path | None:
    file, _ = resolve(root, path)
    return file if file and file.is_file() else None


def write_contract(package: Package, rows: dict[str, int], folder: Path) -> None:
    """Write the data files and all that describes them into a release folder.

    ``rows`` gives the number of rows of each table. A released package can be validated like any
    other, and by any tool that knows the standard: codes stand in each schema as an enum.
    """
    named = named_files(package)
    copy_files(package.root, named, folder)
    copy_parts(package, _COPIED, folder)
    descriptor = copy.deepcopy(package.descriptor)
    entries = {entry.get("name"): entry for entry in descriptor["resources"]}
    for resource in package.resources:
        entry = entries[resource.name]
        if resource.inline:
            _write_inline(resource, entry, named, folder)
        paths = [entry["path"]] if isinstance(entry["path"], str) else entry["path"]
        if len(paths) == 1:
            # The standard does not say what the size and hash of several files are.
            target = folder / paths[0]
            entry["bytes"] = target.stat().st_size
            entry["hash"] = f"sha256:{sha256(target)}"
        entry["rows"] = rows[resource.name]
        if resource.schema:
            schema = released_schema(resource.schema)
            if isinstance(entry.get("schema"), str):
                _write_json(folder / entry["schema"], schema)
            else:
                entry["schema"] = schema
    _write_json(folder / "datapackage.json", descriptor)


def _write_inline(
    resource: Resource, entry: dict[str, Any], named: list[str], folder: Path
) -> None:
    """Write the data of a resource that stand in the descriptor to a file of their own."""
    stem = f"data/{resource.name}"
    while f"{stem}.csv" in named:
        stem += "-inline"
    for name in _INLINE:
        entry.pop(name, None)
    entry |= {"path": f"{stem}.csv", "format": "csv"}
    if dialect := _dialect(resource.dialect):
        entry["dialect"] = dialect
    _parent(folder / entry["path"])
    (folder / entry["path"]).write_bytes(resource.inline)


def _dialect(dialect: Dialect) -> dict[str, Any]:
    """Return the descriptor of a dialect: each property that is not as usual."""
    usual = dataclasses.asdict(Dialect())
    return {
        re.sub("_(.)", lambda match: match[1].upper(), name): value
        for name, value in dataclasses.asdict(dialect).items()
        if value != usual[name]
    }


def released_schema(schema: Schema) -> dict[str, Any]:
    """Return the descriptor of a schema with every code list written out as an enum."""
    descriptor = copy.deepcopy(schema.descriptor)
    for entry in descriptor["fields"]:
        field = schema.field(entry["name"])
        if field.codelist and field.enum is not None:
            codes = [_value(field, code) for code in field.enum]
            entry["constraints"] = {**entry.get("constraints", {}), "enum": codes}
    return descriptor


def _value(field: Field, code: str) -> str | int:
    return int(code) if field.type in ("integer", "year") else code


def _write_json(path: Path, value: dict[str, Any]) -> None:
    _parent(path)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _parent(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
