"""csv-diff: both files as dictionaries of rows by key, compared as text."""

from __future__ import annotations

from pathlib import Path

from benchmarks.contenders import Counts, run


def check(pair: Path) -> Counts:
    """Compare the events of the packages ``old`` and ``new``."""
    from csv_diff import compare, load_csv

    sides = []
    for side in ("old", "new"):
        with (pair / side / "events.csv").open(encoding="utf-8", newline="") as handle:
            sides.append(load_csv(handle, key="event_id"))
    found = compare(*sides)
    return {kind: len(found[kind]) for kind in ("removed", "added", "changed")}


if __name__ == "__main__":
    run(["csv_diff"], check, ["csv-diff"])
