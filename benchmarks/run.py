"""Run all contenders on the same generated package, one after another, and compare them.

    python -m benchmarks.run --events 1_000_000 --repeat 3
    python -m benchmarks.run --scaling 10_000,100_000,1_000_000 --contenders floor,toolkit

Every contender climbs from a hundredth of the size over a tenth to the whole; it stays on the step
before one that would take it longer than the limit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.generate import generate, read_truth
from benchmarks.processes import REPOSITORY, Process, machine, own_python, run_process

COMMAND = "toolkit-command"
CONTENDERS = (
    "floor",
    "toolkit",
    COMMAND,
    "dataframely",
    "pointblank",
    "frictionless",
    "csvw",
)
# The others run with the Python that runs this, which has the toolkit and its requirements.
WITH_OWN_PYTHON = ("dataframely", "pointblank", "csvw")
# A run that takes longer than this many seconds is not repeated.
SLOW = 60.0
SMALLEST = 1000
# Counts that differ from the truth, named for each contender.
SHOWN = 4


@dataclass(slots=True)
class Runs:
    """The runs of one contender on one package."""

    contender: str
    events: int
    seconds: list[float] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    not_checked: list[str] | None = None
    versions: dict[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def median(self) -> float:
        """The median of the seconds that it took."""
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked for on the command line."""

    folder: Path
    fault_rate: float
    structure_faults: bool
    limit: float

    def package(self, events: int) -> Path:
        """Return the package of this size, generated unless it is there from an earlier run."""
        sources = b"".join(
            (REPOSITORY / "benchmarks" / name).read_bytes() for name in ("generate.py", "tables.py")
        )
        version = hashlib.sha256(sources).hexdigest()[:8]
        shape = "-structure" if self.structure_faults else ""
        path = self.folder / f"{events}-{self.fault_rate:g}{shape}-{version}"
        if not path.exists():
            progress(f"generating {events:,} events")
            part = path.with_name(path.name + ".part")
            shutil.rmtree(part, ignore_errors=True)
            generate(part, events, self.fault_rate, self.structure_faults)
            part.rename(path)
        return path


def progress(text: str) -> None:
    """Say on standard error what goes on, so that standard output holds the tables alone."""
    print(text, file=sys.stderr, flush=True)


def run_once(runs: Runs, setting: Setting) -> None:
    """Run a contender once more and note how it went."""
    package = setting.package(runs.events)
    name = runs.contender
    python = own_python() if name in WITH_OWN_PYTHON else sys.executable
    if name == COMMAND:
        command = [python, "-m", "toolkit", "validate", str(package)]
    else:
        command = [python, "-m", f"benchmarks.contenders.{name}", str(package)]
    progress(f"{name}, {runs.events:,} events, run {len(runs.seconds) + 1}")
    done = run_process(command, setting.limit)
    if done.timed_out:
        runs.error = f"stopped after {setting.limit:.0f} s"
    elif done.code not in ((0, 1) if name == COMMAND else (0,)):
        runs.error = (done.errors.strip().splitlines() or [f"exit code {done.code}"])[-1]
    elif name == COMMAND:
        runs.seconds.append(done.seconds)
        runs.processes.append(done)
    else:
        result = json.loads(done.output.splitlines()[-1])
        runs.seconds.append(result["seconds"])
        runs.processes.append(done)
        runs.checks = Counter(result["checks"])
        runs.not_checked = result["not_checked"]
        runs.versions = result["versions"]


def climb(name: str, sizes: list[int], setting: Setting) -> list[Runs]:
    """Run a contender on each size in turn, as long as the next is likely to keep the limit."""
    climbed: list[Runs] = []
    for events in sizes:
        last = climbed[-1] if climbed else None
        if last and last.median * events / last.events > setting.limit:
            break
        runs = Runs(name, events)
        run_once(runs, setting)
        if runs.error and last and runs.error.startswith("stopped"):
            break
        climbed.append(runs)
        if runs.error:
            break
    return climbed


def compare(names: list[str], events: int, repeat: int, setting: Setting) -> list[list[Runs]]:
    """Run every contender, the last size ``repeat`` times, in rounds that spread disturbances."""
    sizes = sorted({max(SMALLEST, events // 100), max(SMALLEST, events // 10), events})
    climbed = [climb(name, sizes, setting) for name in names]
    for _ in range(repeat - 1):
        for steps in climbed:
            last = steps[-1]
            if not last.error and last.median <= SLOW:
                run_once(last, setting)
    return climbed


def agreement(runs: Runs, truth: Counter[str]) -> tuple[str, str]:
    """Return how many of the counts the contender checks, and how they agree with the truth."""
    skipped = runs.not_checked
    if skipped is None:
        return ("nothing" if runs.contender == "floor" else "as toolkit"), "–"
    held = {key: count for key, count in truth.items() if key.split()[-1] not in skipped}
    wrong = [
        f"{key} {runs.checks[key]} of {held.get(key, 0)}"
        for key in sorted(held.keys() | runs.checks.keys())
        if runs.checks[key] != held.get(key, 0)
    ]
    lacking = [kind for kind in skipped if any(key.endswith(f" {kind}") for key in truth)]
    text = f"{len(held)} of {len(truth)} counts" if truth else "no faults"
    text += f" (not {', '.join(lacking)})" if lacking else ""
    if len(wrong) > SHOWN:
        wrong = [*wrong[:SHOWN], f"and {len(wrong) - SHOWN} more"]
    return text, "exact" if not wrong else "differs: " + "; ".join(wrong)


def comparison_table(climbed: list[list[Runs]], setting: Setting) -> str:
    """Return the comparison as Markdown; ratios are to runs on the same package."""
    medians = {
        (runs.contender, runs.events): runs.median
        for steps in climbed
        for runs in steps
        if runs.seconds
    }
    lines = [
        "| contender | events | seconds (median) | fastest | runs | × floor | × toolkit "
        "| whole process | CPU seconds | peak MiB | checks | agrees with the truth |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for steps in climbed:
        runs = steps[-1]
        if not runs.seconds:
            rest = " | ".join(["–"] * 9)
            lines.append(f"| {runs.contender} | {runs.events:,} | {rest} | {runs.error} |")
            continue
        places = read_truth(setting.package(runs.events))
        truth = Counter(f"{place.table}.{place.column} {place.kind}" for place in places)
        cells = [
            runs.contender,
            f"{runs.events:,}",
            f"{runs.median:.2f}",
            f"{min(runs.seconds):.2f}",
            str(len(runs.seconds)),
            *(
                f"{runs.median / base:.2f}" if (base := medians.get((other, runs.events))) else "–"
                for other in ("floor", "toolkit")
            ),
            f"{statistics.median(one.seconds for one in runs.processes):.2f}",
            f"{statistics.median(one.cpu_seconds for one in runs.processes):.2f}",
            f"{max(one.peak for one in runs.processes):,.0f}",
            *agreement(runs, truth),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def scaling_table(climbed: list[list[Runs]], sizes: list[int]) -> str:
    """Return seconds, microseconds per event and memory by size as Markdown."""
    header = " | ".join(f"{events:,} events" for events in sizes)
    lines = [f"| contender | {header} |", "| --- |" + " ---: |" * len(sizes)]
    for steps in climbed:
        by_size = {runs.events: runs for runs in steps}
        cells = []
        for events in sizes:
            runs = by_size.get(events)
            if runs is None or not runs.seconds:
                cells.append(runs.error if runs else "over the limit")
                continue
            each = runs.median / events * 1e6
            peak = max(one.peak for one in runs.processes)
            cells.append(f"{runs.median:.2f} s, {each:.1f} µs each, {peak:,.0f} MiB")
        lines.append(f"| {steps[0].contender} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _size(text: str) -> int:
    return max(SMALLEST, int(text))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=_size, default=100_000)
    parser.add_argument("--scaling", metavar="SIZE,SIZE…", help="compare sizes instead of tools")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--limit-seconds", type=float, default=300, help="for each run")
    parser.add_argument("--fault-rate", type=float, default=0.0001)
    parser.add_argument("--structure-faults", action="store_true")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "toolkit-benchmarks"
    )
    given = parser.parse_args()
    unknown = set(given.contenders.split(",")) - set(CONTENDERS)
    if unknown:
        parser.error(f"no contender {min(unknown)}; there are {', '.join(CONTENDERS)}")
    return given


def main() -> None:
    """Read the command line, run, and print Markdown."""
    given = _arguments()
    setting = Setting(given.folder, given.fault_rate, given.structure_faults, given.limit_seconds)
    names = [name for name in CONTENDERS if name in given.contenders.split(",")]
    if given.scaling:
        sizes = sorted({_size(size) for size in given.scaling.split(",")})
        climbed = [climb(name, sizes, setting) for name in names]
        table = scaling_table(climbed, sizes)
    else:
        sizes = [given.events]
        climbed = compare(names, given.events, given.repeat, setting)
        table = comparison_table(climbed, setting)
    versions = {k: v for steps in climbed for k, v in steps[-1].versions.items()}
    shown = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    files = sum(path.stat().st_size for path in setting.package(sizes[-1]).glob("*.csv"))
    faults = len(read_truth(setting.package(sizes[-1])))
    print(f"{machine()}; {shown}.")
    print(f"At {sizes[-1]:,} events {files / 1e6:.0f} MB of CSV with {faults:,} faults.\n")
    print(table)


if __name__ == "__main__":
    main()
