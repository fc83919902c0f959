"""Print what data frames of R hold, as pyreadr sees them: values as they are stored.

Its public way makes pandas' times of them, which end before the year 9999.
"""

import json
import sys
from typing import Any

import pyreadr
from pyreadr._pyreadr_parser import PyreadrParser

MISSING_INTEGER = -(2**31)


def plain(kind: str, value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    if kind in ("INTEGER", "LOGICAL") and value == MISSING_INTEGER:
        return None
    return float(value)


found = {}
for path in sys.argv[1:]:
    parser = PyreadrParser()
    parser.parse(path)
    (table,) = parser.table_data
    (described,) = pyreadr.list_objects(path)
    types = [kind.name for kind in table.column_types.values()]
    found[path] = {
        "names": described["columns"],
        "columns": [
            [plain(kind, value) for value in column]
            for kind, column in zip(types, table.columns, strict=True)
        ],
        "types": types,
    }
json.dump(found, sys.stdout)
