"""Compare two versions of a generated table with `toolkit diff` and other tools.

    python -m benchmarks.diff --events 1_000_000 --repeat 3

Each contender climbs from a hundredth of the size over a tenth to the whole, as in
`benchmarks.run`; ratios are to the toolkit at the size that the contender reached.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.processes import Process, machine, own_python, run_process

CONTENDERS = ("toolkit", "csv_diff", "daff")
KINDS = ("removed", "added", "changed")
# Of a hundred rows that differ so many are removed, and so many added; the others are changed.
REMOVED, ADDED = 10, 10


def write_pair(folder: Path, events: int, share: float, seed: int = 1) -> Counter[str]:
    """Write the packages ``old`` and ``new`` of one table, and return how many rows differ."""
    with tempfile.TemporaryDirectory() as name:
        generate(Path(name), events, fault_rate=0)
        for side in ("old", "new"):
            (folder / side).mkdir(parents=True)
        shutil.copyfile(Path(name, "events.csv"), folder / "old" / "events.csv")
        descriptor = json.loads(Path(name, "datapackage.json").read_text(encoding="utf-8"))
    resource = next(one for one in descriptor["resources"] if one["name"] == "events")
    resource["schema"].pop("foreignKeys", None)
    text = json.dumps({**descriptor, "version": "1.0.0", "resources": [resource]})
    for side in ("old", "new"):
        (folder / side / "datapackage.json").write_text(text, encoding="utf-8")
    return _write_new(folder, share, random.Random(seed))


def _write_new(folder: Path, share: float, chance: random.Random) -> Counter[str]:
    truth: Counter[str] = Counter()
    with (
        (folder / "old" / "events.csv").open(encoding="utf-8", newline="") as source,
        (folder / "new" / "events.csv").open("w", encoding="utf-8", newline="") as target,
    ):
        rows, out = csv.reader(source), csv.writer(target, lineterminator="\n")
        header = next(rows)
        out.writerow(header)
        key, changed = header.index("event_id"), header.index("source_code")
        for row in rows:
            draw = chance.random() / share * 100
            if draw < REMOVED:
                truth["removed"] += 1
                continue
            if draw < REMOVED + ADDED:
                truth["added"] += 1
                out.writerow([*row[:key], f"{row[key]}-new", *row[key + 1 :]])
            elif draw < 100:
                truth["changed"] += 1
                row[changed] = "ZZ000000" if row[changed] != "ZZ000000" else "ZZ000001"
            out.writerow(row)
    return truth


def run_once(name: str, pair: Path, limit: float) -> tuple[Process, dict[str, object] | None]:
    """Run a contender in a fresh process; no result if it failed or took too long."""
    python = sys.executable if name == "toolkit" else own_python()
    command = [python, "-m", f"benchmarks.contenders.diff_{name}", str(pair)]
    done = run_process(command, limit)
    if done.code or done.timed_out:
        print(f"{name}: {done.errors[-300:] or 'over the limit'}", file=sys.stderr)
        return done, None
    return done, json.loads(done.output.splitlines()[-1])


class Runs:
    """The runs of one contender at one size."""

    def __init__(self, name: str, events: int) -> None:
        self.name, self.events = name, events
        self.results: list[dict[str, object]] = []
        self.processes: list[Process] = []

    def add(self, pair: Path, limit: float) -> bool:
        """Run once more; whether it went well."""
        print(f"{self.name}, {self.events:,} events", file=sys.stderr, flush=True)
        done, result = run_once(self.name, pair, limit)
        if result is None:
            return False
        self.results.append(result)
        self.processes.append(done)
        return True

    @property
    def median(self) -> float:
        """The median of the seconds that it took, without imports."""
        return statistics.median(float(str(one["seconds"])) for one in self.results)


def compare(
    sizes: list[int], pairs: dict[int, Path], repeat: int, limit: float
) -> dict[str, dict[int, Runs]]:
    """Run each contender on each size that it is likely to manage within the limit."""
    found: dict[str, dict[int, Runs]] = {name: {} for name in CONTENDERS}
    for events in sizes:
        for number in range(repeat if events == sizes[-1] else 1):
            for name, by_size in found.items():
                last = max(by_size, default=0)
                if number and events not in by_size:
                    continue
                slow = last and by_size[last].median * events / last > limit
                if not number and (slow or (last == 0 and events != sizes[0])):
                    continue
                runs = by_size.get(events) or Runs(name, events)
                if runs.add(pairs[events], limit):
                    by_size[events] = runs
    return found


def table(found: dict[str, dict[int, Runs]], truth: dict[int, Counter[str]]) -> str:
    """Return the comparison as Markdown."""
    lines = [
        "| contender | rows | seconds (median) | fastest | runs | × toolkit | CPU seconds "
        "| peak MiB | agrees with the truth |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for name, by_size in found.items():
        for events, runs in by_size.items():
            if name != "toolkit" and events != max(by_size):
                continue
            counts = runs.results[-1]["checks"]
            right = Counter({kind: counts.get(kind, 0) for kind in KINDS}) == truth[events]  # type: ignore[attr-defined]
            seconds = [float(str(one["seconds"])) for one in runs.results]
            cells = [
                name.replace("_", "-"),
                f"{events:,}",
                f"{runs.median:.2f}",
                f"{min(seconds):.2f}",
                str(len(seconds)),
                f"{runs.median / found['toolkit'][events].median:.1f}",
                f"{statistics.median(one.cpu_seconds for one in runs.processes):.1f}",
                f"{max(one.peak for one in runs.processes):,.0f}",
                "exact" if right else f"differs: {counts}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Read the command line, run, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=0.01, help="of the rows that differ")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit-seconds", type=float, default=300, help="for each run")
    given = parser.parse_args()
    sizes = sorted({max(1000, given.events // part) for part in (100, 10, 1)})
    with tempfile.TemporaryDirectory(prefix="toolkit-diff-") as name:
        pairs = {events: Path(name, str(events)) for events in sizes}
        truth = {events: write_pair(pair, events, given.share) for events, pair in pairs.items()}
        found = compare(sizes, pairs, given.repeat, given.limit_seconds)
        size = (pairs[sizes[-1]] / "old" / "events.csv").stat().st_size
    versions = {
        name: version
        for by_size in found.values()
        for runs in by_size.values()
        for name, version in runs.results[-1]["versions"].items()  # type: ignore[attr-defined]
    }
    shown = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    print(f"{machine()}; {shown}. At {sizes[-1]:,} rows each file has {size / 1e6:.0f} MB.\n")
    print(table(found, truth))


if __name__ == "__main__":
    main()
