"""How DuckDB is asked to read a file and to type its cells."""

from __future__ import annotations

from pathlib import Path

from toolkit.tables.table import Table
from toolkit.tables.types import cast, literal


def typed_select(table: Table, source: str, fields: range, *extra: str) -> str:
    """Return the SELECT that types the text columns ``c<n>`` of a source, for some fields.

    ``bad`` holds the texts that are not of their field's type, and is NULL where there are none;
    ``other`` tells whether the row has text in a column without a field.
    """
    texts, typed, raw = [], [], []
    for index in fields:
        one = table.schema.fields[index]
        kind, position = cast(one), table.header.positions.get(one.name)
        text = "CAST(NULL AS VARCHAR)"
        if position is not None:
            text = _text(f"c{position}", one.missing_values)
        texts.append(f"{text} AS t{index}")
        if position is None or kind.plain or not kind.exact:
            value = f"CAST(NULL AS {kind.type})" if position is None else f"t{index}"
            typed.append(f"{value} AS f{index}")
            raw.append("NULL")
        else:
            typed.append(f"{kind.sql(f't{index}')} AS f{index}")
            raw.append(f"CASE WHEN f{index} IS NULL THEN t{index} END")
    wrong = " OR ".join(
        f"(t{index} IS NOT NULL AND f{index} IS NULL)"
        for index, text in zip(fields, raw, strict=True)
        if text != "NULL"
    )
    held = set(table.header.positions.values())
    others = [f"c{index}" for index in range(table.header.width) if index not in held]
    other = " OR ".join(f"{column} IS NOT NULL" for column in others) or "FALSE"
    bad = f"CASE WHEN {wrong or 'FALSE'} THEN CAST([{', '.join(raw)}] AS VARCHAR[]) END AS bad"
    # In steps, so that each text is cast once, however often its value is used.
    inner = f"SELECT {', '.join([*texts, f'{other} AS other', *extra])} FROM {source}"
    middle = f"SELECT *, {', '.join(typed)} FROM ({inner})"
    shown = [*extra, *(f"f{index}" for index in fields), "other", bad]
    return f"SELECT {', '.join(shown)} FROM ({middle})"


def _text(column: str, missing: tuple[str, ...]) -> str:
    """Return SQL for the cell's text, NULL where it is a missing value."""
    named = [value for value in missing if value]
    text = column if "" in missing else f"coalesce({column}, '')"
    if not named:
        return text
    values = ", ".join(map(literal, named))
    return f"CASE WHEN {column} IN ({values}) THEN NULL ELSE {text} END"


def read_csv(path: Path, columns: list[str], **options: str) -> str:
    """Return a strict DuckDB scan of a CSV file; every cell is text and empty cells are NULL."""
    settings = {
        "columns": "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in columns) + "}",
        "auto_detect": "false",
        "quote": "'\"'",
        "escape": "'\"'",
        "strict_mode": "true",
        "store_rejects": "true",
        **options,
    }
    # The path stands for itself: DuckDB expands wildcards, which a file name may hold.
    name = literal(str(path).translate({ord(char): f"[{char}]" for char in "*?["}))
    return f"read_csv({name}, " + ", ".join(f"{k} = {v}" for k, v in settings.items()) + ")"
