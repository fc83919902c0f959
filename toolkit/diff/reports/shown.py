"""What every report says first, and in what words."""

from __future__ import annotations

from toolkit.diff.model import Change, Difference, RowKind, State, TableDiff
from toolkit.diff.version import Level, reasons, title

COLUMNS = ("table", *map(str, RowKind), "rows before", "rows now")
MARKS = {RowKind.REMOVED: "-", RowKind.ADDED: "+", RowKind.RENAMED: ">", RowKind.CHANGED: "~"}
# What of a cell is shown in reports for people, in characters.
CELL = 200


def state(one: State) -> str:
    """Return what a side is called: name, version, and how it was asked for."""
    label = one.label and f"({one.label})"
    return " ".join(part for part in (one.name, one.version, label) if part)


def summary(difference: Difference) -> list[tuple[str, ...]]:
    """Return a line of cells, as named in ``COLUMNS``, for each table with rows that differ."""
    return [
        (
            table.name,
            *(f"{table.counts[kind]:,}" for kind in RowKind),
            f"{table.old_rows:,}",
            f"{table.new_rows:,}",
        )
        for table in difference.touched
    ]


def verdict(difference: Difference) -> str:
    """Return one line: how many rows and parts of the contract differ, and what that asks for."""
    if difference.same:
        return "no differences"
    rows = sum(table.total for table in difference.tables)
    counted = (
        (rows, "row", "rows"),
        (len(difference.changes), "change of the contract", "changes of the contract"),
        (len(difference.skipped), "table not compared", "tables not compared"),
    )
    parts = [f"{count:,} {one if count == 1 else more}" for count, one, more in counted if count]
    text = ", ".join(parts)
    found = reasons(difference)
    level = found[0].level if found else Level.NONE
    return f"{text}: a {level.name.lower()} difference" if level else text


def change(one: Change) -> tuple[str, str | None, str | None]:
    """Return a change of the contract in words, and its values."""
    return title(one), one.old, one.new


def left_out(table: TableDiff, limit: int) -> list[str]:
    """Return what is not shown of a table, and how to see it."""
    return [
        f"{count:,} more {kind} {'row' if count == 1 else 'rows'} not shown; --limit 0 shows all"
        for kind in RowKind
        if (count := table.left_out(kind, limit))
    ]
