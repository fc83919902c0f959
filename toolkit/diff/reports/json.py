"""A difference as one JSON object; docs/versions.md describes it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from toolkit.diff.model import Cell, Difference, Row, RowKind, TableDiff
from toolkit.diff.version import level_of, reasons


def render_json(difference: Difference, *, limit: int = 0) -> str:
    """Return the difference; values stand in it as they are, every other character as ASCII."""
    found = reasons(difference)
    value = {
        "old": dataclasses.asdict(difference.old),
        "new": dataclasses.asdict(difference.new),
        "same": difference.same,
        "level": found[0].level.name.lower() if found else "none",
        "totals": {
            str(kind): sum(table.counts[kind] for table in difference.tables) for kind in RowKind
        },
        "skipped": [dataclasses.asdict(one) for one in difference.skipped],
        "changes": [
            {**dataclasses.asdict(one), "level": level_of(one).name.lower()}
            for one in difference.changes
        ],
        "tables": [_table(table, limit) for table in difference.tables],
    }
    return json.dumps(value, indent=2) + "\n"


def _table(table: TableDiff, limit: int) -> dict[str, Any]:
    rows = {kind: [row for row in table.rows if row.kind == kind] for kind in RowKind}
    return {
        "name": table.name,
        "key": table.key,
        "rows": {"old": table.old_rows, "new": table.new_rows},
        "counts": {str(kind): count for kind, count in table.counts.items()},
        "cells": table.cells,
        "without_tombstone": table.without_tombstone,
        "left_out": {str(kind): table.left_out(kind, limit) for kind in RowKind},
        "differences": [_row(row) for found in rows.values() for row in found[: limit or None]],
    }


def _row(row: Row) -> dict[str, Any]:
    def cell(one: Cell) -> dict[str, Any]:
        return {"field": one.field, "old": one.old, "new": one.new}

    return {
        "kind": str(row.kind),
        "key": row.key,
        "title": row.title,
        "new_key": row.new_key,
        "tombstone": row.tombstone,
        "successor": row.successor,
        "cells": [cell(one) for one in row.cells],
    }
