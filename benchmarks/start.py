"""Measure how long the toolkit takes to start, against the libraries that it has to import.

    python -m benchmarks.start --runs 20

Every run is a fresh process; the commands take turns, so that disturbances hit all alike.
"""

from __future__ import annotations

import argparse
import compileall
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import REPOSITORY, Process, machine, run_process

# What is held against the libraries that it cannot do without.
_HERE = str(REPOSITORY)
_QUERY = ["-m", "toolkit", "query", "SELECT count(*) FROM events", "--in"]
_DUCKDB = ("import duckdb", ["-c", "import duckdb"])

Command = tuple[str, list[str]]


def pairs(database: Path) -> list[tuple[Command, Command]]:
    """Return the commands, each with its base; ``database`` is the DuckDB file of a release."""
    checking = "import duckdb, pandera.polars, frictionless"
    return [
        (("toolkit --help", ["-m", "toolkit", "--help"]), ("import click", ["-c", "import click"])),
        (
            ("toolkit validate (this repository)", ["-m", "toolkit", "validate", _HERE]),
            (checking, ["-c", checking]),
        ),
        (("toolkit query (this repository)", [*_QUERY, _HERE]), _DUCKDB),
        (("toolkit query (its DuckDB file)", [*_QUERY, str(database)]), _DUCKDB),
    ]


def measure(pairs: list[tuple[Command, Command]], runs: int) -> dict[str, list[float]]:
    """Return the wall seconds of each command, after one run that is not counted."""
    # As installing does, also where the environment tells Python to keep no compiled modules.
    compileall.compile_dir(REPOSITORY / "toolkit", quiet=1)
    seconds: dict[str, list[float]] = {}
    for number in range(runs + 1):
        for name, arguments in (one for pair in pairs for one in pair):
            done = _run(name, arguments)
            if number:
                seconds.setdefault(name, []).append(done.seconds)
    return seconds


def _run(name: str, arguments: list[str]) -> Process:
    done = run_process([sys.executable, *arguments])
    if done.code:
        raise SystemExit(f"{name}: exit code {done.code}\n{done.output}{done.errors}")
    return done


def main() -> None:
    """Read the command line, measure, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _run("toolkit build", ["-m", "toolkit", "build", _HERE, "--output", folder])
        measured = pairs(next(Path(folder).rglob("*.duckdb")))
        seconds = measure(measured, given.runs)
    print(f"{machine()}; medians of {given.runs} runs.\n")
    print("| command | seconds | fastest | against | seconds | fastest | ratio |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
    for (name, _), (base, _) in measured:
        own, other = statistics.median(seconds[name]), statistics.median(seconds[base])
        print(
            f"| {name} | {own:.3f} | {min(seconds[name]):.3f} | {base} | {other:.3f} "
            f"| {min(seconds[base]):.3f} | {own / other:.2f} |"
        )


if __name__ == "__main__":
    main()
