"""csvw, the Python library for the W3C's CSV on the Web, with metadata made from the schemas.

Its own validator reads each table several times; so does this. Faults come as log records, whose
texts tell the kind.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.contenders import Counts, foreign_keys, kind_of_type, read_schemas, run

TYPES = {"number": "decimal", "year": "gYear", "datetime": "dateTime", "uri": "anyURI"}
KINDS = {
    "required column value": "required",
    "value must be >=": "minimum",
    "value must be <=": "maximum",
    "value must have at least length": "minLength",
    "value must have at most length": "maxLength",
}
CELL = re.compile(r".*?([^/]+)\.csv:\d+:\d+ (\w+): (.*)", re.DOTALL)
DANGLING = re.compile(r".*?([^/]+)\.csv:\d+ Key .* not found in table (\w+)\.csv", re.DOTALL)


class Messages(logging.Handler):
    """Keeps what the library logs."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.texts.append(record.getMessage())

    def take(self) -> list[str]:
        """Return the messages since the last call."""
        taken, self.texts = self.texts, []
        return taken


def check(package: Path) -> Counts:
    """Read all rows, then hold primary keys, then foreign keys against them."""
    import csvw

    schemas = read_schemas(package)
    tables = [_table(name, schema) for name, schema in schemas.items()]
    metadata = {"@context": "http://www.w3.org/ns/csvw", "tables": tables}
    # The metadata is given here and need not stand in the file that lends it a base address.
    group = csvw.TableGroup.from_file(package / "metadata.json", data=metadata)
    messages, log = Messages(), logging.getLogger("benchmarks.csvw")
    log.addHandler(messages)
    log.propagate = False
    counts: Counter[str] = Counter()
    for table in group.tables:
        name = table.local_name.removesuffix(".csv")
        for _ in table.iterdicts(log=log):
            pass
        counts.update(_cell(text, schemas[name]) for text in messages.take())
        table.check_primary_key(log=log)
        counts[f"{name}.{schemas[name]['primaryKey'][0]} primary-key"] += len(messages.take())
    group.check_referential_integrity(log=log)
    for text in messages.take():
        # The faults of single cells are told again here.
        if match := DANGLING.match(text):
            own, other = match[1], match[2]
            (column,) = {c for c, to, _ in foreign_keys(own, schemas[own]) if to == other}
            counts[f"{own}.{column} foreign-key"] += 1
    return +counts


def _cell(text: str, schema: dict[str, Any]) -> str:
    match = CELL.match(text)
    if not match:
        return text
    table, column, words = match.groups()
    field = next(one for one in schema["fields"] if one["name"] == column)
    kind = next((kind for start, kind in KINDS.items() if words.startswith(start)), "")
    if not kind and kind_of_type(field) == "string":
        kind = "enum" if "enum" in field["constraints"] else "pattern"
    return f"{table}.{column} {kind or kind_of_type(field)}"


def _table(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    keys = [
        {
            "columnReference": [column],
            "reference": {"resource": f"{other}.csv", "columnReference": [target]},
        }
        for column, other, target in foreign_keys(name, schema)
    ]
    columns = [_column(field) for field in schema["fields"]]
    own = {"columns": columns, "primaryKey": schema["primaryKey"], "foreignKeys": keys}
    return {"url": f"{name}.csv", "tableSchema": own}


def _column(field: dict[str, Any]) -> dict[str, Any]:
    constraints, kind = field.get("constraints", {}), kind_of_type(field)
    datatype = {"base": TYPES.get(kind, kind)}
    for name, value in constraints.items():
        # The library takes no bounds of years.
        if name in ("minimum", "maximum") and kind != "year":
            datatype[name] = str(value)
        elif name in ("minLength", "maxLength"):
            datatype[name] = value
        elif name == "pattern":
            datatype["format"] = value
        elif name == "enum":
            datatype["format"] = "|".join(map(re.escape, value))
    if kind == "boolean":
        datatype["format"] = "true|false"
    required = constraints.get("required", False)
    return {"name": field["name"], "datatype": datatype, "required": required, "null": ""}


if __name__ == "__main__":
    # Any text passes for anyURI and for gYear.
    run(["csvw"], check, ["csvw"], ("uri", "year"))
