"""Making releases of packages that stand in a test, and taking their facts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY, write_package
from toolkit.checks import checked_database
from toolkit.findings import Collector
from toolkit.package import load_package
from toolkit.release import build_release
from toolkit.release.facts import Facts, gather
from toolkit.release.formats import Release
from toolkit.tables import open_database

KEPT = ("datapackage.json", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-DATA")


def release_of_repository(folder: Path) -> Path:
    """Build the repository's own package, copied, so that nothing else of the tree plays a part."""
    root = folder / "source"
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in KEPT:
        shutil.copyfile(REPOSITORY / name, root / name)
    return build(root, folder / "dist")


def build(root: Path, output: Path) -> Path:
    report, folder = build_release(root, output)
    assert folder is not None, [finding.message for finding in report.findings]
    return folder


def release_of(root: Path, tables: dict[str, tuple[dict[str, Any], Any]], **says: Any) -> Path:
    """Build a release of a package of these tables, of which the descriptor says this."""
    root.mkdir(parents=True, exist_ok=True)
    write_package(root, tables, **{"version": "1.0.0", **says})
    return build(root, root.parent / f"{root.name} dist")


@contextmanager
def facts_of(folder: Path) -> Iterator[Facts]:
    """Open a release and gather what there is to tell of it."""
    with checked_database(folder) as (_, report):
        pass
    package, _ = load_package(folder)
    with open_database(package, Collector(), locked=False) as database:
        yield gather(Release(folder, database, report))
