"""Making packages to check."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent
DATA = REPOSITORY / "tests" / "data"

MakePackage = Callable[..., Path]


@pytest.fixture
def make_package(tmp_path: Path) -> MakePackage:
    """Return a function that writes a package of one or more tables into a fresh folder.

    Each table is (schema, rows with the header first); rows may also be the file's bytes.
    """

    def make(folder: str = "package", /, **tables: tuple[dict[str, Any], Any]) -> Path:
        root = tmp_path / folder
        root.mkdir()
        write_package(root, tables)
        return root

    return make


def write_package(root: Path, tables: dict[str, tuple[dict[str, Any], Any]], **extra: Any) -> None:
    """Write a package: a CSV file for each table and the descriptor with inline schemas."""
    resources = []
    for name, (schema, content) in tables.items():
        path = root / f"{name}.csv"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            with path.open("w", encoding="utf-8", newline="") as handle:
                csv.writer(handle, lineterminator="\n").writerows(content)
        resources.append(
            {"name": name, "type": "table", "path": path.name, "format": "csv", "schema": schema}
        )
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "generated",
        "resources": resources,
        **extra,
    }
    text = json.dumps(descriptor, ensure_ascii=False)
    (root / "datapackage.json").write_text(text, encoding="utf-8")
