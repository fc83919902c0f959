"""Run rules and views over many events, in DuckDB and on a local Spark.

    python -m benchmarks.scale --events 1_000_000,10_000_000 --memory 8

The tables are those of `benchmarks.generate`, multiplied: the rows of a package of a million events
are copied with other identifiers, straight to Parquet. Each engine runs in a fresh process, with
the same cores and the same memory, every query once. The tables go to standard output as Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.generate import generate
from benchmarks.processes import machine, run_process
from benchmarks.tables import SCHEMAS
from toolkit.findings import Collector
from toolkit.package import load_package
from toolkit.release.formats.shape import select_rows
from toolkit.tables import connect, identifier, literal, open_database

CORES = 2
LARGEST_BASE = 1_000_000
IDENTIFIERS = ("event_id", "actor_id", "location_id", "parent_id")
ENGINES = ("duckdb", "spark")

RULES = {
    "rule: place exists (anti join)": """
      select 'events' as table_name, e.event_id as key, 'location_id' as column_name,
        e.location_id as value, format('{} takes place nowhere', e.event_id) as message
      from events e
      where not exists (from locations l where l.location_id = e.location_id)
    """,
    "rule: no event twice (window)": """
      with told as (
        select e.event_id, e.title, first_value(e.event_id) over (
          partition by e.location_id, e.date, e.type, e.latitude order by e._record
        ) as first_event
        from events e
      )
      select 'events' as table_name, t.event_id as key, 'title' as column_name, t.title as value,
        format('{} is {} again', t.event_id, t.first_event) as message
      from told t
      where t.event_id <> t.first_event
    """,
    "rule: shares within the whole (join, group)": """
      select 'events' as table_name, e.event_id as key, 'type' as column_name, e.type as value,
        format('{} have too much of it', string_agg(n.name, ', ' order by n.name)) as message
      from events e
      join event_actors a on a.event_id = e.event_id
      join actors n on n.actor_id = a.actor_id
      group by e.event_id, e.type
      having bool_and(not n.named) and sum(a.share) > 1.95
    """,
}
VIEWS = {
    "corroboration": """
      with told as (
        select
          a.event_id,
          count(*) as roles,
          count(distinct a.actor_id) as actors,
          count(*) filter (a.role = 'witness') as witnesses,
          string_agg(distinct a.actor_id, '; ' order by a.actor_id) as actor_ids
        from event_actors a
        group by a.event_id
      )
      select e.event_id, e.date, t.roles, t.actors, t.witnesses, t.actor_ids
      from events e
      left join told t on t.event_id = e.event_id
    """,
    "events_wide": """
      select e.event_id, e.title, e.date, l.name as place, o.name as wider_place, a.role,
        n.name as actor
      from events e
      left join locations l on l.location_id = e.location_id
      left join locations o on o.location_id = l.parent_id
      left join event_actors a on a.event_id = e.event_id
      left join actors n on n.actor_id = a.actor_id
    """,
    "timeline": """
      select a.actor_id, e.event_id, e.date,
        lag(e.date) over (partition by a.actor_id order by e.date, e.event_id, a.role) as before,
        row_number() over (partition by a.actor_id order by e.date, e.event_id, a.role) as place
      from event_actors a
      join events e on e.event_id = a.event_id
    """,
}
# Every row of a view is made, and what comes of it can be compared.
WHOLE = {
    "view: corroboration (aggregate)": """
      select count(*) as n, sum(v.roles) as a, sum(v.actors) as b, sum(v.witnesses) as c,
        sum(length(v.actor_ids)) as d, min(v.date) as e
      from corroboration v
    """,
    "view: events_wide (joins)": """
      select count(*) as n, sum(length(v.title)) as a, sum(length(v.place)) as b,
        sum(length(v.wider_place)) as c, sum(length(v.role)) as d, sum(length(v.actor)) as e
      from events_wide v
    """,
    "view: timeline (window)": """
      select count(*) as n, sum(v.place) as a, sum(date_diff('day', v.before, v.date)) as b,
        count(v.before) as c
      from timeline v
    """,
}
QUERIES = RULES | WHOLE

Ask = Callable[[str], list[tuple[Any, ...]]]


def write_release(folder: Path, events: int) -> float:
    """Write the Parquet files of a package, with its descriptor and views; return the seconds."""
    start = time.perf_counter()
    base = min(events, LARGEST_BASE)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        generate(Path(name), base)
        (folder / "parquet").mkdir(parents=True)
        shutil.copyfile(Path(name, "datapackage.json"), folder / "datapackage.json")
        for table in SCHEMAS:
            # The descriptor names the CSV files; none of their rows is wanted.
            (folder / f"{table}.csv").touch()
        package, _ = load_package(Path(name))
        with open_database(package, Collector(1), locked=False) as database:
            for table in database.tables.values():
                path = literal(str(Path(name, f"{table.name}.parquet")))
                database.con.execute(f"COPY ({select_rows(table)}) TO {path} (FORMAT parquet)")
        _multiply(Path(name), folder / "parquet", events // base)
    views = folder / "schemas" / "views"
    views.mkdir(parents=True)
    for name, sql in VIEWS.items():
        header = f"-- title: {name}\n-- row: A row.\n-- caveats: None.\n"
        (views / f"{name}.sql").write_text(header + sql, encoding="utf-8")
    return time.perf_counter() - start


def _multiply(source: Path, target: Path, copies: int) -> None:
    with connect() as con:
        con.execute(f"SET threads = {CORES}")
        # With the order kept, all would be held in memory.
        con.execute("SET preserve_insertion_order = false")
        for table, schema in SCHEMAS.items():
            columns = _suffixed([one["name"] for one in schema["fields"]])
            base, path = (literal(str(one / f"{table}.parquet")) for one in (source, target))
            con.execute(
                f"COPY (SELECT {columns} FROM read_parquet({base}), range({copies}) copies(k)) "
                f"TO {path} (FORMAT parquet, COMPRESSION zstd)"
            )


def _suffixed(names: list[str]) -> str:
    quoted = {name: identifier(name) for name in names}
    return ", ".join(
        f"{column} || '-' || k AS {column}" if name in IDENTIFIERS else column
        for name, column in quoted.items()
    )


@contextmanager
def in_duckdb(folder: Path, memory: int) -> Iterator[tuple[Ask, Callable[[], float]]]:
    """Open the release in DuckDB, with tables as rules see them."""
    with tempfile.TemporaryDirectory(dir=folder) as spilled, connect() as con:
        con.execute(f"SET temp_directory = {literal(spilled)}")
        con.execute(f"SET memory_limit = '{memory}GB'")
        con.execute(f"SET threads = {CORES}")
        for table, schema in SCHEMAS.items():
            path = folder / "parquet" / f"{table}.parquet"
            names = [identifier(one["name"]) for one in schema["fields"]]
            key = ", ".join(map(identifier, schema["primaryKey"]))
            con.execute(
                f"CREATE VIEW {table} AS SELECT {', '.join(names)}, concat_ws('|', {key}) AS _key, "
                f"file_row_number + 2 AS _record FROM read_parquet({literal(str(path))}, "
                "file_row_number = true)"
            )
        for name, sql in VIEWS.items():
            con.execute(f"CREATE VIEW {name} AS {sql}")
        yield lambda sql: con.execute(sql).fetchall(), lambda: _peak(os.getpid())


@contextmanager
def in_spark(folder: Path, memory: int) -> Iterator[tuple[Ask, Callable[[], float]]]:
    """Open the release on Spark, as the toolkit does."""
    from toolkit.spark.release import open_release
    from toolkit.spark.session import local_spark

    with tempfile.TemporaryDirectory(dir=folder) as spilled:
        os.environ["TMPDIR"] = tempfile.tempdir = spilled
        with local_spark(CORES, memory=f"{memory}g") as spark:
            opened = open_release(spark, folder)
            java = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
            yield lambda sql: opened.select(sql)[1], lambda: _peak(java)


def _peak(process: int) -> float:
    """Return the largest resident set of a process so far, in GiB (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return kib / 2**20


def run(engine: str, folder: Path, memory: int) -> None:
    """Run every query, and print a line of JSON for each as it ends."""
    start = time.perf_counter()
    with (in_duckdb if engine == "duckdb" else in_spark)(folder, memory) as (ask, peak):
        _tell("start", time.perf_counter() - start, [], peak())
        for name, sql in QUERIES.items():
            start = time.perf_counter()
            try:
                rows = ask(sql)
            except Exception as error:
                print(f"{engine}, {name}: {str(error)[:300]}", file=sys.stderr)
                continue
            _tell(name, time.perf_counter() - start, rows, peak())


def _tell(name: str, seconds: float, rows: list[tuple[Any, ...]], peak: float) -> None:
    result = f"{len(rows):,} rows" if name.startswith("rule") else str(rows)
    line = {"name": name, "seconds": seconds, "peak": peak, "result": result}
    print(json.dumps(line), flush=True)


def measure(engine: str, folder: Path, memory: int, limit: float) -> dict[str, dict[str, Any]]:
    """Run an engine in a fresh process; what it did not end within the limit is left out."""
    command = [sys.executable, "-m", "benchmarks.scale", "--run", engine]
    done = run_process([*command, "--folder", str(folder), "--memory", str(memory)], limit)
    if done.code or done.errors:
        stopped = f"stopped after {limit:.0f} s" if done.timed_out else f"exit code {done.code}"
        print(f"{engine}: {stopped} {done.errors[-1000:]}", file=sys.stderr)
    lines = [json.loads(line) for line in done.output.splitlines()]
    return {line["name"]: line for line in lines}


def report(events: int, found: dict[str, dict[str, dict[str, Any]]]) -> Iterator[str]:
    """Yield the lines of the table of a size."""
    yield f"\n{events:,} events\n"
    yield "| query | DuckDB s | Spark s | Spark / DuckDB | result |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for name in ("start", *QUERIES):
        one, other = (found[engine].get(name) for engine in ENGINES)
        cells = [f"{line['seconds']:.1f}" if line else "–" for line in (one, other)]
        ratio = f"{other['seconds'] / one['seconds']:.1f}" if one and other else "–"
        yield f"| {name} | {' | '.join(cells)} | {ratio} | {_agreement(one, other)} |"
    peaks = [max((line["peak"] for line in found[one].values()), default=0) for one in ENGINES]
    yield f"| largest resident set, GiB | {peaks[0]:.1f} | {peaks[1]:.1f} | | |"


def _agreement(one: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """Tell whether both engines gave the same, and how many findings."""
    if not one or not other:
        return ""
    if one["result"] != other["result"]:
        return f"differs: {one['result']}, {other['result']}"
    return f"the same, {one['result']}" if one["result"].endswith("rows") else "the same"


def main() -> None:
    """Read the command line; generate and measure each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", default="1_000_000", help="sizes, with commas between")
    parser.add_argument("--memory", type=int, default=8, help="GB for each engine")
    parser.add_argument("--limit-seconds", type=float, default=900, help="for an engine and size")
    parser.add_argument("--folder", type=Path, help="where the tables go, to be deleted again")
    parser.add_argument("--run", choices=ENGINES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run(given.run, given.folder, given.memory)
        return
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}, {given.memory} GB for each engine")
    for events in (int(one) for one in given.events.split(",")):
        with tempfile.TemporaryDirectory(dir=given.folder, prefix="scale-") as name:
            folder = Path(name, "release")
            seconds = write_release(folder, events)
            size = sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e9
            print(f"\n{events:,} events: {size:.3f} GB of Parquet in {seconds:.0f} s", flush=True)
            found = {}
            for engine in ENGINES:
                load = os.getloadavg()[0]
                found[engine] = measure(engine, folder, given.memory, given.limit_seconds)
                print(f"{engine}: load {load:.1f} before, {os.getloadavg()[0]:.1f} after")
            print("\n".join(report(events, found)), flush=True)


if __name__ == "__main__":
    main()
