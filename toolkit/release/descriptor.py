"""The contract as it is released: data, schemas with their codes filled in, rules, hashes."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

from toolkit.package import Field, Package, Schema
from toolkit.release.archive import sha256

# What of the contract is copied as it stands.
_COPIED = ("schemas/codelists", "schemas/rules", "schemas/views", "schemas/waivers.csv")


def write_contract(package: Package, rows: dict[str, int], folder: Path) -> None:
    """Write data files, schemas, code lists, rules and the descriptor into a release folder.

    ``rows`` gives the number of rows of each table. A released package can be validated like any
    other, and by any tool that knows the standard: codes stand in each schema as an enum.
    """
    descriptor = copy.deepcopy(package.descriptor)
    entries = {entry.get("name"): entry for entry in descriptor["resources"]}
    for resource in package.resources:
        target = folder / resource.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(resource.file, target)
        entry = entries[resource.name]
        entry["bytes"] = target.stat().st_size
        entry["hash"] = f"sha256:{sha256(target)}"
        entry["rows"] = rows[resource.name]
        if resource.schema:
            schema = released_schema(resource.schema)
            if isinstance(entry.get("schema"), str):
                _write_json(folder / entry["schema"], schema)
            else:
                entry["schema"] = schema
    for name in _COPIED:
        source = package.root / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.is_file():
            shutil.copyfile(source, folder / name)
    _write_json(folder / "datapackage.json", descriptor)


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
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
