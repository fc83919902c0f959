"""Build a release again and again, and be stopped a little later each time.

``faults.py HOW PACKAGE FORMER OUTPUTS`` copies FORMER to OUTPUTS/1, OUTPUTS/2 …, starts a build of
PACKAGE into each, and prints how each build ended as JSON: its exit code or, below zero,
the signal that killed it. HOW says what stops them:

- ``kill``: SIGKILL before the first, the second … thing that changes the output folder, until a
  build comes to its end.
- ``plain``: the same, where two folders cannot be exchanged in one step.
- ``cut`` and ``full``: no file can grow beyond a size, from the first to the last size of a file
  in a release; the build is killed in the middle of writing, or told that there is no room.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from toolkit.release import build_release, workspace

CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}
SIZES = (0, 20, 300, 3_000, 30_000, 300_000)


def main(how: str, package: Path, former: Path, outputs: Path) -> None:
    ended: list[int] = []
    while len(ended) < len(SIZES) if how in ("cut", "full") else 0 not in ended:
        number = len(ended) + 1
        shutil.copytree(former, outputs / str(number))
        child = os.fork()
        if not child:
            build(how, number, package, outputs / str(number))
        ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.stdout.write(json.dumps(ended))


def build(how: str, number: int, package: Path, output: Path) -> None:
    """Build in a process of its own, which does not return."""
    code = 2
    try:
        if how in ("kill", "plain"):
            watch(number, output, plain=how == "plain")
        else:
            if how == "cut":
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (SIZES[number - 1],) * 2)
        build_release(package, output)
        code = 0
    except Exception as error:
        if how != "full":
            sys.stderr.write(f"{error!r}\n")
    finally:
        os._exit(code)


def watch(step: int, output: Path, *, plain: bool) -> None:
    taken = 0
    exchange = workspace._exchange

    def next_step() -> None:
        nonlocal taken
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        changes = event in CHANGES
        if event == "open":
            _, mode, flags = arguments
            changes = "w" in str(mode) if mode else bool(flags & (os.O_WRONLY | os.O_RDWR))
        if changes and str(arguments[0]).startswith(str(output)):
            next_step()

    def watched(one: Path, other: Path) -> bool:
        next_step()
        return False if plain else exchange(one, other)

    workspace._exchange = watched
    sys.addaudithook(hook)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
