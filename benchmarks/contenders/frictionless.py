"""frictionless-py, the reference implementation, without a limit on the number of errors."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from benchmarks.contenders import Counts, kind_of_type, read_schemas, run


def check(package: Path) -> Counts:
    """Validate the package as frictionless does, in one process."""
    import frictionless

    schemas = read_schemas(package)
    fields = {
        (table, field["name"]): field
        for table, schema in schemas.items()
        for field in schema["fields"]
    }
    checklist = frictionless.Checklist()
    report = frictionless.Package(str(package / "datapackage.json")).validate(
        checklist=checklist, limit_errors=10**9
    )
    counts: Counter[str] = Counter(error.type for error in report.errors)
    for task in report.tasks:
        for error in task.errors:
            column = getattr(error, "field_name", "") or ""
            kind = error.type.removesuffix("-error")
            if kind == "type":
                kind = kind_of_type(fields[task.name, column])
            elif kind == "constraint":
                kind = re.match(r'constraint "(\w+)"', error.note)[1]  # type: ignore[index]
            elif kind == "primary-key":
                column = schemas[task.name]["primaryKey"][0]
            elif kind == "foreign-key":
                column = re.match(r'for "(\w+)"', error.note)[1]  # type: ignore[index]
            counts[f"{task.name}.{column} {kind}"] += 1
    return counts


if __name__ == "__main__":
    run(["frictionless"], check, ["frictionless"], ("stray-quote",))
