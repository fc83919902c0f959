"""daff: both files as lists of rows, aligned by key, with its table of differences."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from benchmarks.contenders import Counts, run

# What the first column of its table says of a row.
_KINDS = {"---": "removed", "+++": "added"}


def check(pair: Path) -> Counts:
    """Compare the events of the packages ``old`` and ``new``."""
    import daff

    sides = []
    for side in ("old", "new"):
        with (pair / side / "events.csv").open(encoding="utf-8", newline="") as handle:
            sides.append(daff.PythonTableView(list(csv.reader(handle))))
    flags = daff.CompareFlags()
    flags.ids = ["event_id"]
    flags.unchanged_context = 0
    # Rows in another order are no difference, here as in the other tools.
    flags.ordered = False
    alignment = daff.Coopy.compareTables(*sides, flags).align()
    found = daff.PythonTableView([])
    daff.TableDiff(alignment, flags).hilite(found)
    marks = Counter(str(row[0]) for row in found.getData())
    counts = {kind: marks[mark] for mark, kind in _KINDS.items()}
    return counts | {"changed": sum(count for mark, count in marks.items() if "->" in mark)}


if __name__ == "__main__":
    run(["daff"], check, ["daff"])
