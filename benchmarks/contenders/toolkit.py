"""The toolkit of this repository, called from Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.contenders import Counts, kind_of_type, read_schemas, run

CONSTRAINTS = {
    "C001": "required",
    "C002": "minLength",
    "C003": "maxLength",
    "C004": "minimum",
    "C005": "maximum",
    "C008": "pattern",
    "C009": "enum",
    "K001": "primary-key",
    "K005": "foreign-key",
    "S001": "encoding",
    "S002": "stray-quote",
    "S004": "missing-cell",
    "S005": "extra-cell",
    "S006": "blank-row",
}


def kind(rule: str, field: dict[str, str] | None) -> str:
    """Return the kind of fault that a rule of the toolkit finds."""
    return kind_of_type(field) if rule[0] == "T" and field else CONSTRAINTS.get(rule, rule)


def check(package: Path) -> Counts:
    """Validate the package; the counts are exact, however many findings are kept."""
    from toolkit.checks import validate

    fields = {
        (table, field["name"]): field
        for table, schema in read_schemas(package).items()
        for field in schema["fields"]
    }
    counts: Counter[str] = Counter()
    for group in validate(package).groups:
        name = kind(group.rule, fields.get((group.table or "", group.column or "")))
        counts[f"{group.table}.{group.column or ''} {name}"] += group.count
    return counts


if __name__ == "__main__":
    # The toolkit imports these late; here they are no part of the time that validation takes.
    libraries = ["duckdb", "frictionless", "pandera", "polars"]
    run(["toolkit.checks", "pandera.polars", *libraries], check, libraries)
