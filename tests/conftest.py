"""Making packages to check, and sites to open."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browsing import Site

pytest.register_assert_rewrite("tests.browsing")

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser; without one the test is skipped, or fails where all have to run."""
    from tests.browsing import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the site of the record."""
    from tests.browsing import built_site, serve, shared_folder

    with serve(built_site(shared_folder(tmp_path_factory) / "record")) as served:
        yield served


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the site of the record with hostile texts in its cells."""
    from tests.browsing import built_site, serve, shared_folder

    folder = shared_folder(tmp_path_factory) / "hostile record"
    with serve(built_site(folder, hostile=True)) as served:
        yield served
