"""toolkit: ``toolkit.diff.compare``, the libraries imported before."""

from __future__ import annotations

from pathlib import Path

from benchmarks.contenders import Counts, run


def check(pair: Path) -> Counts:
    """Compare the packages ``old`` and ``new``."""
    from toolkit.diff import compare

    table = compare(str(pair / "old"), str(pair / "new")).tables[0]
    return {str(kind): count for kind, count in table.counts.items() if count}


if __name__ == "__main__":
    run(["duckdb", "frictionless", "polars", "toolkit.diff"], check, ["duckdb"])
