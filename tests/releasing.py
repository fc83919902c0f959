"""Making releases of packages that stand in a test, and taking their facts."""

from __future__ import annotations

import csv
import json
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

# Of the repository's own package.
VERSION: str = json.loads((REPOSITORY / "datapackage.json").read_text(encoding="utf-8"))["version"]
KEPT = ("datapackage.json", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-DATA")


def release_of_repository(folder: Path) -> Path:
    """Build the repository's own package, copied, so that nothing else of the tree plays a part."""
    root = folder / "source"
    for name in ("data", "schemas", "docs"):
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


HOSTILE = (
    "<script>alert(1)</script>\" onload='x' ](javascript:alert(1)) `{{7*7}}` {% x %} | * _a_ @me"
)
CONTROL = "\x1b[31m\u202e"


def hostile_release(root: Path) -> Path:
    """A release in which every text that a stranger writes would like to act."""
    root.mkdir()
    (root / "schemas" / "codelists").mkdir(parents=True)
    (root / "schemas" / "rules").mkdir()
    with (root / "schemas/codelists/kind.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["code", "title", "description", HOSTILE])
        writer.writerow([HOSTILE, HOSTILE + CONTROL, HOSTILE, "=1+1"])
    (root / "schemas/rules/X001-hostile.sql").write_text(
        f"-- title: {HOSTILE}\n-- severity: warning\n-- what: {HOSTILE}\n-- why: {HOSTILE}\n"
        f"-- bad: {HOSTILE}\n-- good: {HOSTILE}\n-- hint: {HOSTILE}\n"
        "SELECT 't' AS table_name, _key AS key, 'kind' AS column_name, kind AS value, "
        "kind AS message FROM t",
        encoding="utf-8",
    )
    lines = [
        f"-- {key}: {HOSTILE}{CONTROL}\n" for key in ("title", "row", "caveats", "column kind")
    ]
    (root / "schemas" / "views").mkdir()
    for name, parameters in (("shown", ""), ("called", "-- parameters: kind\n")):
        (root / "schemas" / "views" / f"{name}.sql").write_text(
            f'{"".join(lines)}{parameters}SELECT t.kind, 1 AS "<b>{CONTROL}" FROM t',
            encoding="utf-8",
        )
    (root / "docs").mkdir()
    (root / "docs/page.md").write_text(f"# {HOSTILE}{CONTROL}\n", encoding="utf-8")
    (root / "schemas/queries").mkdir()
    (root / "schemas/queries/a-question.sql").write_text(
        f"-- title: {HOSTILE}{CONTROL}\n-- reading: {HOSTILE}\n-- group: {HOSTILE}{CONTROL}\n"
        "SELECT kind FROM t",
        encoding="utf-8",
    )
    (root / "schemas/waivers.csv").write_text("rule,table,key,reason,until\n", encoding="utf-8")
    with (root / "schemas/waivers.csv").open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerow(["X001", "t", "2", HOSTILE, "2999-12-31"])
    fields = [
        {"name": "id", "type": "integer", "title": HOSTILE, "description": HOSTILE + CONTROL},
        {"name": "kind", "type": "string", "codelist": "kind", "description": HOSTILE},
        {"name": HOSTILE, "type": "string", "missingValues": ["", HOSTILE]},
    ]
    with (root / "t.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(
            [["id", "kind", HOSTILE], [1, HOSTILE, "a"], [2, HOSTILE, HOSTILE]]
        )
    says = {
        "name": "hostile",
        "created": "2024-01-01T00:00:00Z",
        "version": "1.0.0",
        "title": HOSTILE + CONTROL,
        "description": f"{HOSTILE}\n\n# A heading\n\n<img src=x onerror=alert(1)>{CONTROL}",
        "homepage": "javascript:alert(1)",
        "licenses": [{"name": HOSTILE, "title": HOSTILE, "path": "https://example.org/) <x>"}],
        "contributors": [
            {"title": HOSTILE, "path": "https://example.org/a)b", "roles": ["creator"]}
        ],
        "sources": [{"title": HOSTILE, "path": "data:text/html,x"}],
        "resources": [
            {
                "name": "t",
                "title": HOSTILE,
                "description": HOSTILE,
                "path": "t.csv",
                "format": "csv",
                "schema": {"fields": fields, "primaryKey": "id"},
            }
        ],
    }
    (root / "datapackage.json").write_text(json.dumps(says), encoding="utf-8")
    return build(root, root.parent / "dist")
