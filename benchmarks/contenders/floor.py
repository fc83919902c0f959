"""The floor: DuckDB reads every column of every table as text into tables in memory.

It checks nothing. Whatever checks the content of all cells has to read them first.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.contenders import Counts, read_schemas, run


def check(package: Path) -> Counts:
    """Read all tables; the header names the columns."""
    import duckdb

    con = duckdb.connect()
    for table, schema in read_schemas(package).items():
        columns = {field["name"]: "VARCHAR" for field in schema["fields"]}
        con.execute(
            f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, columns = {columns}, "
            "header = true, auto_detect = false, quote = '\"', escape = '\"', "
            "store_rejects = true)",
            [str(package / f"{table}.csv")],
        )
    return {}


if __name__ == "__main__":
    run(["duckdb"], check, ["duckdb"], None)
