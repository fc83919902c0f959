"""Reading the formats of a release in a process of their own.

What libraries make of a file that was damaged, or made to harm, is not always an error: they may
abort, take all memory or never come to an end. Then that is what is found of the format, and the
others are read in a new process.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from toolkit.findings import Collector, Finding, Report, builtin_rule
from toolkit.package import load_package
from toolkit.release.formats import FORMATS, Format, Release
from toolkit.release.formats.agreement import disagreements
from toolkit.tables import open_database

# How long the formats may take together, in seconds.
TIME_LIMIT = 1800
# What the process may take of the address space: this, and so many times what is on disk.
MEMORY_LIMIT, MEMORY_RATIO = 8 << 30, 20
# How much of a library's complaint about a damaged file is told.
_COMPLAINT = 300


def start(
    module: str,
    *arguments: str,
    limit: int | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a module of the toolkit in a Python of its own, and wait for it ``limit`` seconds.

    It runs in ``folder``, or where this one does.

    Raises subprocess.TimeoutExpired.
    """
    return subprocess.run(
        # The folder in which Python starts must not be on its path: a package may lie there.
        [sys.executable, "-P", "-m", module, *arguments],
        env={**os.environ, **(environment or {}), "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=limit,
        check=False,
    )


def format_findings(folder: Path, package: str) -> Iterator[Finding]:
    """Hold what each format of the release of a package holds against its CSV files: V008, V009."""
    waiting = {form.name: form for form in FORMATS}
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    memory = str(MEMORY_LIMIT + MEMORY_RATIO * size)
    while waiting:
        try:
            done = start(__name__, str(folder), memory, *waiting, limit=TIME_LIMIT)
            output, end = done.stdout, _end(done.returncode)
        except subprocess.TimeoutExpired as error:
            output, end = error.stdout or b"", f"it took longer than {TIME_LIMIT:,} seconds"
        for line in output.splitlines(keepends=True):
            if line.endswith(b"\n"):
                name, notes = json.loads(line)
                place = waiting.pop(name).path.format(name=package)
                for code, note in notes:
                    yield builtin_rule(code).finding(place, note)
        if waiting:
            form = waiting.pop(next(iter(waiting)))
            place, message = form.path.format(name=package), f"{form.title} cannot be read: {end}"
            yield builtin_rule("V008").finding(place, message)


def _end(code: int) -> str:
    """Tell how a process ended, by its exit code."""
    if code < 0:
        return f"the process that read it was ended by {signal.Signals(-code).name}"
    return "the process that read it ended early"


def _main(folder: Path, memory: int, names: list[str]) -> None:
    """Write a line of JSON for each format: its name, and code and message of what was found."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Elsewhere address space says nothing about memory.
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    package, _ = load_package(folder)
    with open_database(package, Collector(1)) as database:
        release = Release(folder, database, Report(package.name, package.version))
        for form in FORMATS:
            if form.name in names:
                line = json.dumps([form.name, list(_notes(release, form))])
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


def _notes(release: Release, form: Format) -> Iterator[tuple[str, str]]:
    try:
        for note in disagreements(release, form):
            yield "V009", note
    except BaseException as error:
        # Whatever a library makes of the file; those written in Rust raise panics that are no
        # Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        yield "V008", f"{form.title} cannot be read: {_complaint(error, release.folder)}"


def _complaint(error: BaseException, folder: Path) -> str:
    """Return the first line of what a library says, without the place where the release lies."""
    text = str(error)
    with suppress(ValueError, KeyError, TypeError):
        # A locked connection of DuckDB complains in JSON.
        text = json.loads(text[text.index("{") :])["exception_message"]
    lines = str(text).replace(f"{folder}/", "").strip().splitlines()
    return lines[0][:_COMPLAINT] if lines else type(error).__name__


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
