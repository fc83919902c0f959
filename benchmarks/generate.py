"""Generate a data package of any size with known faults.

    python -m benchmarks.generate OUT --events 1_000_000 --fault-rate 0.0001

The same arguments give the same bytes. ``OUT/truth.csv``, which is no resource of the package,
lists every fault. Rows are written as they are made, so that memory does not grow with them.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from benchmarks.tables import KINDS, LEVELS, PRECISIONS, ROLES, SCHEMAS, TYPES, Fault, faults

# Shares of the summaries, in 64ths: with quotation marks, with a line end, in Arabic.
QUOTED, BROKEN, ARABIC = 6, 2, 16
# The first rows of every table are free of faults, so that there are keys to repeat.
SOUND_ROWS = 16
LARGEST_SHARE = 0.5

PLACES = ("aleppo", "hama", "homs", "daraa", "idlib", "damascus", "raqqa", "tartus")
PLACE_NAMES = ("حلب", "حماة", "حمص", "درعا", "إدلب", "دمشق", "الرقة", "طرطوس")
# The lengths of these texts differ, as those of real ones do.
ENGLISH = (
    "The road was reported open in the morning",
    "Witnesses spoke of movement, then of silence",
    "No independent account was found; two media of the parties differ on the hour",
    "A spokesman gave a figure that no other source repeats",
)
ARABIC_TEXTS = (
    "أفاد شهود بأن الطريق فُتح صباحًا",
    "ذكرت مصادر محلية أن الهدوء عاد إلى الأحياء الشرقية، ولم يُعرف عدد المصابين",
    "نقلت الوكالة عن متحدث قوله إن الانسحاب تم قبل الفجر",
    "لا توجد رواية مستقلة",
)

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands; ``record`` counts CSV records, the header being 1."""

    table: str
    record: int
    column: str
    kind: str


@dataclass(slots=True)
class Plan:
    """How many rows a table has, and which of them get a fault."""

    table: str
    rows: int
    faults: dict[int, Fault] = field(default_factory=dict)

    def sound(self, row: int) -> int:
        """Return the next row without a fault, from ``row`` on, around the end if need be."""
        while row in self.faults or row >= self.rows:
            row = row + 1 if row < self.rows else 0
        return row


def generate(
    folder: Path,
    events: int,
    fault_rate: float = 0.0001,
    structure_faults: bool = False,
    seed: int = 1,
) -> list[Place]:
    """Write a package and its ``truth.csv`` into ``folder``; return the faults in order.

    Each kind of fault goes into a share ``fault_rate`` of the rows of its table, at least one
    unless the rate is 0, and no row gets two. No row refers to a row with a fault.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plans: dict[str, Plan] = {}

    def plan(table: str, rows: int) -> Plan:
        made = _plan(table, rows, fault_rate, structure_faults, seed)
        plans[table] = made
        return made

    locations = plan("locations", max(200, events // 100))
    actors = plan("actors", max(200, events // 200))
    happened = plan("events", events)
    # Of the sound events every second one has two actors, the others none.
    plan("event_actors", (events - len(happened.faults)) // 2 * 2)
    rows = {
        "locations": _locations(_rng(seed, "locations"), locations),
        "actors": _actors(_rng(seed, "actors"), actors),
        "events": _events(_rng(seed, "events"), happened, locations),
        "event_actors": _event_actors(_rng(seed, "event_actors"), happened, actors),
    }
    truth: list[Place] = []
    for table, cells in rows.items():
        truth += _write_table(folder / f"{table}.csv", plans[table], cells, seed)
    _write_descriptor(folder)
    _write_truth(folder / "truth.csv", truth)
    return truth


def read_truth(folder: Path) -> list[Place]:
    """Return the faults of a package that was generated before."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as handle:
        return [
            Place(row["table"], int(row["record"]), row["column"], row["kind"])
            for row in csv.DictReader(handle)
        ]


def _plan(table: str, rows: int, rate: float, structure: bool, seed: int) -> Plan:
    kinds = faults(table, structure)
    count = max(1, round(rate * rows)) if rate else 0
    if count * len(kinds) > LARGEST_SHARE * (rows - SOUND_ROWS):
        raise ValueError(f"too many faults for the {rows} rows of {table}")
    rng = random.Random(f"{seed}/{table}/faults")
    chosen: dict[int, Fault] = {}
    for fault in kinds:
        for _ in range(count):
            row = _random_row(rng, rows)
            while row in chosen:
                row = _random_row(rng, rows)
            chosen[row] = fault
    return Plan(table, rows, chosen)


def _rng(seed: int, table: str) -> random.Random:
    return random.Random(f"{seed}/{table}/rows")


def _random_row(rng: random.Random, rows: int) -> int:
    return SOUND_ROWS + int(rng.random() * (rows - SOUND_ROWS))


def _event_id(row: int) -> str:
    return f"{PLACES[row % 8]}-{TYPES[row // 8 % 8]}-{row:08d}"


def _location_id(row: int) -> str:
    return f"{PLACES[row % 8]}-place-{row:06d}"


def _actor_id(row: int) -> str:
    return f"{KINDS[row % 4]}-actor-{row:06d}"


def _locations(rng: random.Random, plan: Plan) -> Iterator[Cells]:
    for row in range(plan.rows):
        bits = rng.getrandbits(64)
        parent = (bits >> 40) % row if row else 0
        while parent in plan.faults:
            parent -= 1
        yield [
            _location_id(row),
            f"{PLACE_NAMES[row % 8]} {row}",
            LEVELS[min(row.bit_length() // 4, 3)],
            f"{32 + (bits & 0xFFFF) / 12_000:.5f}",
            f"{35.5 + (bits >> 16 & 0xFFFF) / 9_400:.5f}",
            _location_id(parent) if row else "",
        ]


def _actors(rng: random.Random, plan: Plan) -> Iterator[Cells]:
    for row in range(plan.rows):
        bits = rng.getrandbits(32)
        yield [
            _actor_id(row),
            f"Actor {row}",
            KINDS[row % 4],
            "true" if bits & 3 else "false",
            str(1946 + (bits >> 8) % 79) if bits & 12 else "",
        ]


def _events(rng: random.Random, plan: Plan, locations: Plan) -> Iterator[Cells]:
    for row in range(plan.rows):
        bits = rng.getrandbits(128)
        day = bits % 12
        date = f"2024-11-{27 + day}" if day < 4 else f"2024-12-{day - 3:02d}"
        kind = TYPES[row // 8 % 8]
        time = (bits >> 8) % 86_400
        clock = f"{time // 3600:02d}:{time // 60 % 60:02d}:{time % 60:02d}"
        yield [
            _event_id(row),
            f"{kind.capitalize()} near {PLACES[row % 8].capitalize()} {row}",
            _summary(bits >> 25 & 0xFFFF, row),
            date,
            f"{date}T{clock}Z" if bits & 0x700000 else "",
            "2024",
            kind,
            PRECISIONS[(bits >> 41) % 3] if bits & 0x7000000 else "",
            f"{32 + (bits >> 44 & 0xFFFF) / 12_000:.5f}",
            f"{35.5 + (bits >> 60 & 0xFFFF) / 9_400:.5f}",
            _location_id(locations.sound((bits >> 76) % locations.rows)),
            str((bits >> 108) % 40) if bits >> 104 & 7 else "",
            "true" if bits >> 115 & 1 else "false",
            f"https://example.org/{PLACES[row % 8]}/{row}?lang=ar" if bits >> 116 & 3 else "",
            f"{chr(65 + row % 26)}{chr(65 + row // 26 % 26)}{row % 1_000_000:06d}",
        ]


def _summary(bits: int, row: int) -> str:
    share = bits & 63
    texts = ARABIC_TEXTS if share >= 64 - ARABIC else ENGLISH
    text = f"{texts[bits >> 6 & 3]}. {texts[bits >> 8 & 3]} ({row})."
    if share < BROKEN:
        return f"{text}\n{texts[bits >> 10 & 3]}."
    if share < BROKEN + QUOTED:
        return f'{text} "{texts[bits >> 10 & 3]}", one said.'
    return text


def _event_actors(rng: random.Random, events: Plan, actors: Plan) -> Iterator[Cells]:
    sound = (row for row in range(events.rows) if row not in events.faults)
    for position, event in enumerate(sound):
        if position % 2 or position + 1 == events.rows - len(events.faults):
            continue
        bits = rng.getrandbits(64)
        for part in range(2):
            actor = actors.sound((bits >> 20 * part) % actors.rows)
            share = f"{(bits >> 50) % 101 / 100:.2f}" if bits >> 60 & 3 else ""
            yield [_event_id(event), _actor_id(actor), ROLES[(bits + part) % 4], share]


def _write_table(path: Path, plan: Plan, rows: Iterator[Cells], seed: int) -> Iterator[Place]:
    """Write a table, putting in its faults; yield these in the order of the rows."""
    schema = SCHEMAS[plan.table]
    header = [one["name"] for one in schema["fields"]]
    keys = [header.index(name) for name in schema["primaryKey"]]
    rng = random.Random(f"{seed}/{plan.table}/keys")
    # Keys to repeat; each is used once, so that every repeated key stands exactly twice.
    spare: deque[Cells] = deque(maxlen=256)
    planned = plan.faults
    # surrogateescape lets a lone surrogate stand for a byte that is not UTF-8.
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as handle:
        write = csv.writer(handle, lineterminator="\n").writerow
        write(header)
        for index, cells in enumerate(rows):
            fault = planned.get(index)
            if fault is None:
                if index < SOUND_ROWS or rng.random() < 0.01 or len(spare) < SOUND_ROWS:
                    spare.append([cells[key] for key in keys])
                write(cells)
                continue
            yield Place(plan.table, index + 2, fault.column, fault.kind)
            position = header.index(fault.column) if fault.column else -1
            if fault.kind == "primary-key":
                for key, value in zip(keys, spare.popleft(), strict=True):
                    cells[key] = value
                write(cells)
            elif fault.values:
                cells[position] = fault.values[index % len(fault.values)].format(n=index)
                write(cells)
            else:
                _write_misshapen(handle, fault.kind, cells, position)


def _write_misshapen(handle: TextIO, kind: str, cells: Cells, position: int) -> None:
    """Write a row with a fault of structure."""
    write = csv.writer(handle, lineterminator="\n").writerow
    if kind == "blank-row":
        handle.write("\n")
    elif kind == "missing-cell":
        write(cells[:-1])
    elif kind == "extra-cell":
        write([*cells, "one too many"])
    elif kind == "encoding":
        cells[position] = f"caf\udce9 {cells[position]}"
        write(cells)
    else:
        # A mark inside a cell that does not begin with one, which no writer would leave so.
        mark = "STRAY"
        cells[position] = f"Fire {mark}near{mark} the road"
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(cells)
        handle.write(line.getvalue().replace(mark, '"'))


def _write_descriptor(folder: Path) -> None:
    resources = [
        {
            "name": table,
            "type": "table",
            "path": f"{table}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": schema,
        }
        for table, schema in SCHEMAS.items()
    ]
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "synthetic-events",
        "title": "Synthetic events with known faults",
        "licenses": [{"name": "CC0-1.0"}],
        "resources": resources,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def _write_truth(path: Path, truth: list[Place]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        write = csv.writer(handle, lineterminator="\n").writerow
        write(["table", "record", "column", "kind"])
        for place in truth:
            write([place.table, place.record, place.column, place.kind])


def main() -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--fault-rate", type=float, default=0.0001)
    parser.add_argument("--structure-faults", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.folder.exists() and any(given.folder.iterdir()):
        parser.error(f"{given.folder} is not empty")
    try:
        truth = generate(
            given.folder, given.events, given.fault_rate, given.structure_faults, given.seed
        )
    except ValueError as error:
        shutil.rmtree(given.folder)
        parser.error(str(error))
    print(f"{given.events:,} events, {len(truth):,} faults in {given.folder}")


if __name__ == "__main__":
    main()
