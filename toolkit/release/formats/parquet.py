"""The tables of a release as Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import select_rows
from toolkit.tables import Table, literal

if TYPE_CHECKING:
    import polars as pl


def write_parquet(release: Release) -> None:
    """Write ``parquet/<table>.parquet``: zstd, the Table Schema in the file's metadata."""
    con = release.database.con
    con.execute("SET threads = 1")
    for table in release.database.tables.values():
        schema = json.dumps(table.schema.descriptor, ensure_ascii=False, sort_keys=True)
        target = _file(release, table)
        target.parent.mkdir(parents=True, exist_ok=True)
        con.execute(
            f"COPY ({select_rows(table)}) TO {literal(str(target))} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{tableschema: {literal(schema)}}})"
        )


def read_parquet(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that its Parquet file holds, in their order."""
    import polars

    for table in release.database.tables.values():
        yield table, polars.read_parquet(_file(release, table), glob=False)


def _file(release: Release, table: Table) -> Path:
    return release.folder / "parquet" / f"{table.name}.parquet"
