"""A small package to query, with a view, a macro, a code list and named queries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from tests.conftest import REPOSITORY, write_package
from toolkit.cli import cli

EVENTS = {
    "fields": [
        {"name": "event_id", "type": "string"},
        {"name": "day", "type": "date"},
        {"name": "kind", "type": "string", "codelist": "kind"},
        {"name": "deaths", "type": "integer"},
        {"name": "note", "type": "string", "missingValues": ["-"]},
    ],
    "primaryKey": "event_id",
}
PLACES = {
    "fields": [{"name": "place_id", "type": "string"}, {"name": "name", "type": "string"}],
    "primaryKey": "place_id",
}
ROWS = [
    ["event_id", "day", "kind", "deaths", "note"],
    ["fall", "2024-12-08", "battle", "12", "first\nsecond"],
    ["raid", "2024-12-05", "raid", "", ""],
    ["talk", "2024-12-07", "talk", "0", "-"],
]
FILES = {
    "schemas/codelists/kind.csv": (
        "code,title,description\nbattle,Battle,\nraid,Raid,\ntalk,Talk,Words\n"
    ),
    "schemas/views/deadly.sql": (
        "-- title: Deadly events\n-- row: An event.\n-- caveats: None.\n"
        "select e.event_id, e.deaths from events e where e.deaths > 0\n"
    ),
    "schemas/views/events_on.sql": (
        "-- title: Events of a day\n-- parameters: day\n-- row: An event.\n-- caveats: None.\n"
        "select e.event_id, e.kind from events e where e.day = cast(day as date)\n"
    ),
    "schemas/queries/day-of.sql": (
        "-- title: What happened on a day?\n-- reading: One event a row.\n"
        "-- parameters: day = 2024-12-08, most = 5\n"
        "select event_id from events where day = $day limit $most\n"
    ),
    "schemas/queries/kinds.sql": (
        "-- title: Which kinds are there?\n-- reading: One kind a row.\n"
        "select code from codelists.kind order by code\n"
    ),
}


def write_queried(root: Path) -> Path:
    """Write the package and return its folder."""
    root.mkdir(parents=True)
    places = [["place_id", "name"], ["homs", "حمص"], ["hama", "Hama"]]
    tables = {"events": (EVENTS, ROWS), "places": (PLACES, places)}
    write_package(root, tables, version="1.0.0")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def query(*arguments: object, given: str | bytes | None = None) -> Result:
    """Run `toolkit query` in this process."""
    return CliRunner().invoke(cli, ["query", *map(str, arguments)], input=given)


def query_process(
    *arguments: object, given: bytes = b"", cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Run `toolkit query` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "query", *map(os.fsencode, map(_path, arguments))],
        input=given,
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **variables},
    )


def _path(argument: object) -> str:
    return argument if isinstance(argument, str) else str(argument)
