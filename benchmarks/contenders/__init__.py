"""The tools that are compared: one script each, run in a fresh process on one package.

A script prints one JSON object. ``checks`` counts what was found by ``table.column kind``, in the
terms of `benchmarks.tables`; ``not_checked`` names the kinds that the tool has no check for, None
if it checks nothing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

Counts = dict[str, int]


def run(
    modules: list[str],
    check: Callable[[Path], Counts],
    packages: list[str],
    not_checked: tuple[str, ...] | None = (),
) -> None:
    """Import ``modules``, check the package named on the command line, and print the result."""
    start = time.perf_counter()
    for module in modules:
        import_module(module)
    imported = time.perf_counter()
    checks = check(Path(sys.argv[1]))
    done = time.perf_counter()
    result = {
        "import_seconds": imported - start,
        "seconds": done - imported,
        "checks": checks,
        "not_checked": not_checked,
        "versions": {name: metadata.version(name) for name in packages},
    }
    print(json.dumps(result, ensure_ascii=False))


def read_schemas(package: Path) -> dict[str, dict[str, Any]]:
    """Return the Table Schema of each resource."""
    descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource["schema"] for resource in descriptor["resources"]}


def kind_of_type(field: dict[str, Any]) -> str:
    """Return the kind of fault that a cell is which is not of its type."""
    return str(field.get("format") or field["type"])


def foreign_keys(table: str, schema: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (column, table referred to, column there) for each foreign key; all are of one part."""
    for key in schema.get("foreignKeys", []):
        reference = key["reference"]
        yield key["fields"][0], reference.get("resource") or table, reference["fields"][0]
