"""The views and table macros of the record: every one on small data, and in a release."""

from __future__ import annotations

import csv
import datetime
import json
import math
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import REPOSITORY, write_package
from tests.releasing import build, release_of_repository
from toolkit.checks import validate
from toolkit.findings import Collector
from toolkit.package import load_package
from toolkit.tables import open_database, queries

Rows = list[tuple[Any, ...]]
Query = Callable[[str], Rows]
Tables = dict[str, list[dict[str, str]]]


def day(number: int) -> datetime.date:
    """A day of December 2024, or with a number below 1 of the days before."""
    return datetime.date(2024, 12, 1) + datetime.timedelta(number - 1)


@contextmanager
def record(root: Path, **tables: list[dict[str, str]]) -> Iterator[Query]:
    """Open a package with the schemas and views of the record and only these cells."""
    shutil.copytree(REPOSITORY / "schemas", root / "schemas")
    shutil.copyfile(REPOSITORY / "datapackage.json", root / "datapackage.json")
    (root / "data").mkdir()
    for schema in sorted((REPOSITORY / "schemas").glob("*.json")):
        names = [one["name"] for one in json.loads(schema.read_text(encoding="utf-8"))["fields"]]
        path = root / "data" / f"{schema.stem}.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables.get(schema.stem, []))
    package, faults = load_package(root)
    assert [fault.message for fault in faults] == []
    with open_database(package, found := Collector()) as database:
        assert list(database.views) != []
        assert set(database.views) == {view.name for view in package.views}
        assert [one.rule for group in found.groups(list) for one in group.findings] == []
        yield lambda sql: database.con.execute(sql).fetchall()


def event(event_id: str, start: int, end: int | None = None, **cells: str) -> dict[str, str]:
    """A row of events, from one day of December to another or on one day."""
    days = {"start_date": str(day(start)), "end_date": str(day(end or start))}
    said = {"title": f"The {event_id}", "unit": "event", "planned": "false", "evidence": "fair"}
    return {"event_id": event_id, **said, **days, **cells}


def control(event_id: str, start: int, end: int | None = None, **cells: str) -> dict[str, str]:
    at = {"event_type": "control", "event_subtype": "capture", "location_id": "hama"}
    return event(event_id, start, end, **{**at, **cells})


def actor(actor_id: str, **cells: str) -> dict[str, str]:
    return {"actor_id": actor_id, "name": actor_id.upper(), "kind": "armed_group", **cells}


def part(event_id: str, actor_id: str, role: str) -> dict[str, str]:
    return {"event_id": event_id, "actor_id": actor_id, "role": role}


def report(report_id: str, event_id: str, source_id: str, **cells: str) -> dict[str, str]:
    keys = {"report_id": report_id, "event_id": event_id, "source_id": source_id}
    return {**keys, "stance": "supports", **cells}


def source(source_id: str, **cells: str) -> dict[str, str]:
    return {"source_id": source_id, "publisher": source_id.upper(), "kind": "news_article", **cells}


HAMA = {"location_id": "hama", "name": "Hama", "name_ar": "حماة", "kind": "city"}
LEDGER = (
    "SELECT controller_id, extent, basis, from_day, from_latest, to_earliest, to_day, event_id, "
    "ended_by FROM control_ledger"
)


def test_without_rows_views_have_only_the_days_of_the_window(tmp_path: Path) -> None:
    with record(tmp_path) as query:
        names = [
            name
            for (name,) in query(
                "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
            )
            if (REPOSITORY / "schemas" / "views" / f"{name}.sql").exists()
        ]
        counts = {name: query(f"SELECT count(*) FROM {name}")[0][0] for name in names}
        assert counts.pop("covered_days") == 15
        assert counts.pop("daily_activity") == 12 * 15
        assert set(counts.values()) == {0}
        assert query("SELECT min(day), max(day) FROM covered_days") == [(day(-3), day(11))]
        assert query("SELECT sum(ongoing) FROM daily_activity") == [(0,)]
        for macro in ("events_on('2024-12-05')", "control_at('hama', '2024-12-05')"):
            assert query(f"FROM {macro}") == []
        assert query("FROM events_near(35, 36, 100)") == []
        assert query("FROM actor_timeline('hts')") == []


def test_events_wide(tmp_path: Path) -> None:
    tables: Tables = {
        "locations": [
            {**HAMA, "parent_id": "hama-governorate", "lat": "35.1", "lon": "36.7"},
            {"location_id": "hama-governorate", "name": "Hama Governorate", "kind": "governorate"},
        ],
        "actors": [actor("b"), actor("a", name="Zeta")],
        "events": [
            control("taken", 5, killed_low="4"),
            event("lost-place", 6, location_id="nowhere"),
            event("no-place", 6),
            event("at-governorate", 7, location_id="hama-governorate"),
        ],
        "event_actors": [
            part("taken", "b", "initiator"),
            part("taken", "a", "initiator"),
            part("taken", "ghost", "target"),
        ],
        "sources": [source("s", upstream_id="afp"), source("t", upstream_id="afp"), source("u")],
        "reports": [
            report("r1", "taken", "s"),
            report("r2", "taken", "t"),
            report("r3", "taken", "t", upstream_id="reuters", stance="mentions"),
            report("r4", "taken", "u"),
            report("r5", "gone", "u"),
        ],
        "quotes": [{"quote_id": "q", "event_id": "taken"}, {"quote_id": "r"}],
    }
    columns = (
        "event_id, place_name, place_name_ar, lat, governorate_id, governorate_name, "
        "initiator_ids, initiators, target_ids, targets, holder_ids, holders, killed_low, "
        "reports, upstreams, quotes"
    )
    nobody = (None,) * 7
    governorate = ("hama-governorate", "Hama Governorate")
    with record(tmp_path, **tables) as query:
        assert query(f"SELECT {columns} FROM events_wide ORDER BY event_id") == [
            ("at-governorate", "Hama Governorate", None, None, *governorate, *nobody, 0, 0, 0),
            ("lost-place", None, None, None, None, None, *nobody, 0, 0, 0),
            ("no-place", None, None, None, None, None, *nobody, 0, 0, 0),
            (
                *("taken", "Hama", "حماة", 35.1, *governorate),
                *(["a", "b"], "Zeta; B", ["ghost"], "ghost", None, None, 4),
                *(4, 1, 1),
            ),
        ]


def test_event_participants(tmp_path: Path) -> None:
    tables: Tables = {
        "locations": [HAMA],
        "actors": [actor("a", camp="opposition")],
        "events": [control("taken", 5), event("long", 5, 6)],
        "event_actors": [
            part("gone", "a", "target"),
            part("long", "a", "target"),
            part("taken", "a", "gained_control"),
            part("taken", "ghost", "target"),
        ],
    }
    columns = "event_id, event_title, day, end_date, place_name, actor_id, actor_name, camp, role"
    with record(tmp_path, **tables) as query:
        assert query(f"SELECT {columns} FROM event_participants ORDER BY event_id, actor_id") == [
            ("gone", None, None, None, None, "a", "A", "opposition", "target"),
            ("long", "The long", None, day(6), None, "a", "A", "opposition", "target"),
            (
                *("taken", "The taken", day(5), day(5), "Hama"),
                *("a", "A", "opposition", "gained_control"),
            ),
            ("taken", "The taken", day(5), day(5), "Hama", "ghost", None, None, "target"),
        ]


def test_quotes_in_context(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("a", camp="opposition")],
        "events": [event("taken", 5)],
        "sources": [source("s", title="News", published="2024-12-05", url="https://example.org")],
        "quotes": [
            {"quote_id": "q1", "text": "one", "speaker_id": "a", "source_id": "s"}
            | {"event_id": "taken", "speaker_description": "a leader"},
            {"quote_id": "q2", "text": "two", "speaker_description": "a resident"},
            {"quote_id": "q3", "text": "three", "speaker_id": "ghost", "source_id": "gone"},
        ],
        "quote_variants": [
            {"quote_id": "q1", "source_id": "t", "text": "uno"},
            {"quote_id": "q1", "source_id": "u", "text": "un"},
            {"quote_id": "gone", "source_id": "u", "text": "un"},
        ],
    }
    columns = (
        "quote_id, text, speaker_id, speaker, camp, event_title, source_id, publisher, published, "
        "url, variants"
    )
    with record(tmp_path, **tables) as query:
        assert query(f"SELECT {columns} FROM quotes_in_context ORDER BY quote_id") == [
            (
                *("q1", "one", "a", "A", "opposition", "The taken"),
                *("s", "S", day(5), "https://example.org", 2),
            ),
            ("q2", "two", None, "a resident", None, None, None, None, None, None, 0),
            ("q3", "three", "ghost", None, None, None, "gone", None, None, None, 0),
        ]


@pytest.mark.parametrize(
    ("events", "actors", "extra", "ledger"),
    [
        pytest.param(
            [control("taken", 5)],
            [part("taken", "a", "gained_control"), part("taken", "g", "lost_control")],
            {},
            [
                ("g", "whole", "before", None, None, day(5), day(5), "taken", "taken"),
                ("a", "whole", "gained", day(5), day(5), None, None, "taken", None),
            ],
            id="a-capture",
        ),
        pytest.param(
            [control("taken", 3, 5)],
            [part("taken", "a", "gained_control")],
            {},
            [("a", "whole", "gained", day(3), day(5), None, None, "taken", None)],
            id="a-range-and-no-loser",
        ),
        pytest.param(
            [control("entered", 2, 3, event_subtype="partial_control"), control("taken", 2, 4)],
            [
                *(part("entered", "a", "gained_control"), part("entered", "g", "lost_control")),
                *(part("taken", "a", "gained_control"), part("taken", "g", "lost_control")),
            ],
            {},
            [
                ("g", "whole", "before", None, None, day(2), day(4), "entered", "taken"),
                ("a", "part", "gained", day(2), day(3), day(2), day(4), "entered", "taken"),
                ("a", "whole", "gained", day(2), day(4), None, None, "taken", None),
            ],
            id="a-part-before-the-whole",
        ),
        pytest.param(
            [control("entered", 2, event_subtype="partial_control")],
            [part("entered", "a", "gained_control"), part("entered", "g", "lost_control")],
            {},
            [
                ("g", "whole", "before", None, None, day(2), None, "entered", None),
                ("a", "part", "gained", day(2), day(2), None, None, "entered", None),
            ],
            id="a-part-leaves-the-rest-open",
        ),
        pytest.param(
            [control("first", 1), control("back", 3), control("again", 6)],
            [
                *(part("first", "a", "gained_control"), part("first", "g", "lost_control")),
                *(part("back", "g", "gained_control"), part("back", "a", "lost_control")),
                *(part("again", "a", "gained_control"), part("again", "g", "lost_control")),
            ],
            {},
            [
                ("g", "whole", "before", None, None, day(1), day(1), "first", "first"),
                ("a", "whole", "gained", day(1), day(1), day(3), day(3), "first", "back"),
                ("g", "whole", "gained", day(3), day(3), day(6), day(6), "back", "again"),
                ("a", "whole", "gained", day(6), day(6), None, None, "again", None),
            ],
            id="taken-lost-and-taken-again",
        ),
        pytest.param(
            [control("one", 5), control("two", 5, event_subtype="withdrawal")],
            [part("one", "a", "gained_control"), part("two", "a", "lost_control")],
            {},
            [("a", "whole", "gained", day(5), day(5), day(5), day(5), "one", "two")],
            id="taken-and-left-on-one-day",
        ),
        pytest.param(
            [control("taken", 1), control("left", 4, 5, event_subtype="withdrawal")],
            [
                part("taken", "a", "gained_control"),
                *(part("left", "unit", "lost_control"), part("left", "unit", "initiator")),
            ],
            {
                "actor_relations": [
                    {"relation_id": "r", "actor_id": "unit", "relation": "part_of"}
                    | {"other_actor_id": "a"}
                ]
            },
            [("a", "whole", "gained", day(1), day(1), day(4), day(5), "taken", "left")],
            id="a-part-of-the-holder-leaves",
        ),
        pytest.param(
            [control("taken", 1), control("other", 4)],
            [part("taken", "a", "gained_control"), part("other", "b", "gained_control")],
            {},
            [
                ("a", "whole", "gained", day(1), day(1), day(4), day(4), "taken", "other"),
                ("b", "whole", "gained", day(4), day(4), None, None, "other", None),
            ],
            id="a-capture-that-names-no-loser",
        ),
        pytest.param(
            [control("lost", 5, event_subtype="control_lost", evidence="contested")],
            [part("lost", "g", "lost_control")],
            {"reports": [report("r", "lost", "s"), report("d", "lost", "s", stance="denies")]},
            [("g", "whole", "before", None, None, day(5), None, "lost", None)],
            id="a-denied-loss",
        ),
        pytest.param(
            [control("taken", 5, evidence="contested")],
            [part("taken", "a", "gained_control"), part("taken", "g", "lost_control")],
            {
                "reports": [
                    report("r", "taken", "s", claimed_controller_id="a"),
                    report("s", "taken", "s", claimed_controller_id="b"),
                    report("t", "taken", "t", claimed_controller_id="b"),
                    report("u", "taken", "t", claimed_controller_id="c", stance="mentions"),
                ]
            },
            [
                ("g", "whole", "before", None, None, day(5), day(5), "taken", "taken"),
                ("b", "whole", "claimed", day(5), None, None, None, "taken", None),
                ("a", "whole", "gained", day(5), None, None, None, "taken", None),
            ],
            id="a-contested-gainer",
        ),
        pytest.param(
            [control("held", 7, 8, event_subtype="control_status", unit="state")],
            [part("held", "a", "holder"), part("held", "b", "holder")],
            {},
            [
                ("a", "part", "described", day(7), day(7), day(8), day(8), "held", None),
                ("b", "part", "described", day(7), day(7), day(8), day(8), "held", None),
            ],
            id="two-holders-described",
        ),
        pytest.param(
            [
                control("hoped", 5, planned="true"),
                control("false", 5, evidence="discounted"),
                control("nowhere", 5, location_id=""),
                control("backwards", 5, 4),
                event("clash", 5, event_type="clash", location_id="hama"),
            ],
            [
                part(one, "a", "gained_control")
                for one in ("hoped", "false", "nowhere", "backwards", "clash", "gone")
            ],
            {},
            [],
            id="what-is-no-change",
        ),
    ],
)
def test_control_ledger(
    events: list[dict[str, str]],
    actors: list[dict[str, str]],
    extra: Tables,
    ledger: Rows,
    tmp_path: Path,
) -> None:
    known = [actor(name) for name in ("a", "b", "c", "g", "unit")]
    with record(tmp_path, events=events, actors=known, event_actors=actors, **extra) as query:
        assert query(LEDGER) == ledger


def test_control_of_places_and_actors_that_are_not_there(tmp_path: Path) -> None:
    tables: Tables = {
        "events": [control("taken", 5, location_id="nowhere"), control("taken-back", 6)],
        "event_actors": [
            part("taken", "ghost", "gained_control"),
            part("taken-back", "ghost", "lost_control"),
        ],
    }
    names = "location_id, place_name, controller_id, controller_name, from_day, to_day, evidence"
    with record(tmp_path, **tables) as query:
        assert query(f"SELECT {names} FROM control_ledger") == [
            ("hama", None, "ghost", None, None, day(6), "fair"),
            ("nowhere", None, "ghost", None, day(5), None, "fair"),
        ]
        days = "SELECT location_id, controller_ids, controllers FROM control_by_day"
        assert query(f"{days} WHERE day = '2024-12-05'") == [
            ("hama", ["ghost"], "ghost"),
            ("nowhere", ["ghost"], "ghost"),
        ]


def test_control_by_day_and_control_at(tmp_path: Path) -> None:
    tables: Tables = {
        "locations": [HAMA],
        "actors": [actor("a"), actor("g")],
        "events": [
            control("taken", 2, 4, evidence="confirmed"),
            control("left", 6, event_subtype="withdrawal"),
        ],
        "event_actors": [
            *(part("taken", "a", "gained_control"), part("taken", "g", "lost_control")),
            part("left", "a", "lost_control"),
        ],
    }
    with record(tmp_path, **tables) as query:
        rows = query(
            "SELECT day, controller_ids, controllers, sure, evidence, event_ids FROM control_by_day"
        )
        before = (["g"], "G", True, "confirmed", ["taken"])
        either = (["a", "g"], "A; G", False, "confirmed", ["taken"])
        after = (["a"], "A", True, "confirmed", ["taken"])
        nothing = (None,) * 5
        assert rows == [
            *((day(number), *before) for number in range(-3, 2)),
            *((day(2), *either), (day(3), *either), (day(4), *after), (day(5), *after)),
            *((day(number), *nothing) for number in range(6, 12)),
        ]
        called = "SELECT controller_id, controller_name, basis, sure, event_id FROM control_at"
        assert query(f"{called}('hama', '2024-12-03')") == [
            ("g", "G", "before", False, "taken"),
            ("a", "A", "gained", False, "taken"),
        ]
        assert query(f"{called}('hama', DATE '2024-12-04')") == [
            ("a", "A", "gained", True, "taken")
        ]
        for place, when in (("hama", day(6)), ("hama", day(9)), ("homs", day(5))):
            assert query(f"{called}('{place}', '{when}')") == []
        assert query(f"{called}(NULL, NULL)") == []


def test_what_is_described_holds_for_its_days_only(tmp_path: Path) -> None:
    tables: Tables = {
        "events": [control("held", 6, 7, event_subtype="control_status")],
        "event_actors": [part("held", "a", "holder")],
    }
    with record(tmp_path, **tables) as query:
        rows = query("SELECT day, controller_ids, sure FROM control_by_day WHERE sure IS NOT NULL")
        assert rows == [(day(6), ["a"], True), (day(7), ["a"], True)]
        assert query("SELECT sure FROM control_at('hama', '2024-12-07')") == [(True,)]
        assert query("SELECT sure FROM control_at('hama', '2024-12-08')") == []


def test_corroboration_counts_upstreams(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("afp", name="Zulu"), actor("sohr", name="Alpha")],
        "sources": [
            source("s", upstream_id="afp"),
            source("t", upstream_id="afp"),
            source("u", publisher="S"),
            source("v", upstream_id="sohr", upstream_basis="inferred"),
        ],
        "events": [event("silent", 1), event("guessed", 3), event("told", 2, evidence="contested")],
        "reports": [
            report("r1", "told", "s"),
            report("r2", "told", "t"),
            report("r3", "told", "t", upstream_id="sohr"),
            report("r4", "told", "u"),
            report("r5", "told", "gone", upstream_id="ghost"),
            report("r6", "told", "u", stance="denies"),
            report("r7", "told", "u", stance="contradicts"),
            report("r8", "told", "s", upstream_id="other", stance="mentions"),
            report("r9", "guessed", "v"),
        ],
    }
    with record(tmp_path, **tables) as query:
        assert query("SELECT * EXCLUDE (start_date, end_date) FROM corroboration ORDER BY 1") == [
            ("guessed", "The guessed", "fair", 1, 1, 1, 1, 0, ["sohr"], "Alpha", 0, 0, 0, 0),
            ("silent", "The silent", "fair", 0, 0, 0, 0, 0, None, None, 0, 0, 0, 0),
            (
                *("told", "The told", "contested", 8, 5, 2, 3, 3, ["afp", "ghost", "sohr"]),
                *("Alpha; Zulu; ghost", 1, 1, 1, 1),
            ),
        ]
        assert query(
            "SELECT source_id, upstream_name FROM report_upstreams ORDER BY report_id"
        ) == [
            *(("s", "Zulu"), ("t", "Zulu"), ("t", "Alpha"), ("u", None), (None, None)),
            *(("u", None), ("u", None), ("s", None), ("v", "Alpha")),
        ]


def test_disagreements(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("sohr"), actor("afp")],
        "sources": [source("s", upstream_id="afp"), source("t")],
        "events": [event("told", 2), event("agreed", 3), event("only-denied", 3)],
        "reports": [
            report("r1", "told", "s", claimed_date="2024-12-02", claimed_controller_id="a"),
            report("r2", "told", "t", claimed_date="2024-12-01", claimed_controller_id="b"),
            report("r3", "told", "t", claimed_date="2024-12-01", claimant_id="sohr"),
            report("r4", "told", "t", claimed_date="2024-11-30", stance="mentions"),
            report("r5", "told", "gone", stance="denies"),
            report("a1", "agreed", "s", claimed_date="2024-12-03", date_words="last week"),
            report("a2", "agreed", "t", claimed_date="2024-12-03"),
            report("a3", "agreed", "t"),
            report("d1", "only-denied", "s", stance="denies"),
            report("d2", "only-denied", "s", stance="contradicts"),
            report("g1", "gone", "s", claimed_date="2024-12-03"),
            report("g2", "gone", "t", claimed_date="2024-12-04"),
        ],
        "report_counts": [
            {"report_id": one, "measure": measure, "low": low, "high": high, "cumulative": total}
            for one, measure, low, high, total in (
                ("r1", "killed", "4", "4", "false"),
                ("r2", "killed", "4", "9", "false"),
                ("r3", "killed", "900", "900", "true"),
                ("r1", "wounded", "10", "10", "false"),
                ("r2", "wounded", "10", "10", "false"),
                ("r3", "wounded", "", "", "false"),
                ("a1", "killed", "1", "1", "false"),
                ("gone", "killed", "2", "2", "false"),
            )
        ],
    }
    with record(tmp_path, **tables) as query:
        names = "event_id, kind, measure, versions, made_by"
        assert query(f"SELECT {names} FROM disagreements ORDER BY event_id, kind, measure") == [
            ("gone", "date", None, ["2024-12-03", "2024-12-04"], ["AFP", "T"]),
            ("told", "controller", None, ["a", "b"], ["AFP", "T"]),
            ("told", "count", "killed", ["4", "4 to 9"], ["AFP", "T"]),
            ("told", "date", None, ["2024-12-01", "2024-12-02"], ["SOHR; T", "AFP"]),
            ("told", "stance", None, ["denies", "supports"], ["gone", "AFP; SOHR; T"]),
        ]


def test_casualty_claims(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("sohr"), actor("afp")],
        "sources": [source("s", upstream_id="afp", published="2024-12-03")],
        "events": [event("told", 2), event("long", 2, 3)],
        "reports": [
            report("r1", "told", "s", claimant_id="sohr"),
            report("r2", "long", "s"),
            report("r3", "long", "gone", claimed_date="2024-12-03"),
        ],
        "report_counts": [
            {"report_id": "r1", "measure": "killed", "low": "4", "high": "5"}
            | {"cumulative": "true", "as_of": "2024-12-02"},
            {"report_id": "r2", "measure": "zones", "words": "some", "cumulative": "false"},
            {"report_id": "r3", "measure": "killed", "cumulative": "false"},
            {"report_id": "r4", "measure": "odd", "cumulative": "false"},
        ],
    }
    names = (
        "report_id, measure, measure_title, low, high, words, cumulative, as_of, event_id, day, "
        "claimant_name, upstream_id, upstream_name, publisher, published"
    )
    empty = (None,) * 4
    with record(tmp_path, **tables) as query:
        assert query(f"SELECT {names} FROM casualty_claims ORDER BY report_id") == [
            (
                *("r1", "killed", "Killed", 4, 5, None, True, day(2), "told", day(2)),
                *("SOHR", "afp", "AFP", "S", day(3)),
            ),
            (
                *("r2", "zones", "Zones", None, None, "some", False, None, "long", None),
                *(None, "afp", "AFP", "S", day(3)),
            ),
            ("r3", "killed", "Killed", None, None, None, False, None, "long", day(3), None, *empty),
            ("r4", "odd", None, None, None, None, False, None, None, None, None, *empty),
        ]


def test_daily_activity(tmp_path: Path) -> None:
    strike = {"event_type": "strike"}
    tables: Tables = {
        "events": [
            event("one", 2, **strike),
            event("long", 1, 3, **strike),
            event("early", -10, 1, **strike),
            event("state", 2, unit="state", **strike),
            event("hoped", 2, planned="true", **strike),
            event("false", 2, evidence="discounted", **strike),
            event("other", 2, event_type="clash"),
        ]
    }
    with record(tmp_path, **tables) as query:
        assert query("SELECT count(*), count(DISTINCT day) FROM daily_activity") == [(180, 15)]
        counts = "SELECT day, starting, on_this_day, ongoing FROM daily_activity"
        assert query(
            f"{counts} WHERE event_type = 'strike' AND day BETWEEN '2024-11-30' AND '2024-12-04'"
        ) == [
            (day(0), 0, 0, 1),
            (day(1), 1, 0, 2),
            (day(2), 1, 1, 2),
            (day(3), 0, 0, 1),
            (day(4), 0, 0, 0),
        ]


def test_source_coverage(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("afp", kind="media"), actor("sohr", kind="monitor")],
        "sources": [
            source("s", upstream_id="afp", published="2024-12-03"),
            source("t", upstream_id="afp", published="2024-12-03", publisher="S"),
            source("u", kind="analysis"),
        ],
        "reports": [
            *(report("r1", "a", "s"), report("r2", "a", "t"), report("r3", "b", "t")),
            report("r4", "b", "s", upstream_id="sohr"),
            report("r5", "b", "u"),
        ],
    }
    with record(tmp_path, **tables) as query:
        assert query("FROM source_coverage ORDER BY day, upstream_kind") == [
            (day(3), "news_article", "media", 2, 1, 3, 2),
            (day(3), "news_article", "monitor", 1, 1, 1, 1),
            (None, "analysis", None, 1, 1, 1, 1),
        ]


def test_actor_network(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("a", camp="opposition"), actor("b"), actor("g")],
        "actor_relations": [
            {"relation_id": "r1", "actor_id": "b", "relation": "backs", "other_actor_id": "a"}
            | {"valid_from": "2024-12-01"},
            {"relation_id": "r2", "actor_id": "b", "relation": "backs", "other_actor_id": "a"},
        ],
        "events": [
            control("taken", 2),
            event("fight", 4, 5, event_type="clash"),
            control("left", 6, event_subtype="withdrawal"),
            event("talk", 6, event_type="diplomacy"),
            event("hoped", 7, event_type="clash", planned="true"),
        ],
        "event_actors": [
            *(part("taken", "a", "gained_control"), part("taken", "b", "initiator")),
            *(part("taken", "g", "lost_control"), part("taken", "m", "affected")),
            *(part("fight", "a", "initiator"), part("fight", "g", "target")),
            *(part("left", "army", "initiator"), part("left", "g", "lost_control")),
            *(part("talk", "a", "initiator"), part("talk", "g", "target")),
            *(part("hoped", "a", "initiator"), part("hoped", "g", "target")),
        ],
    }
    names = "basis, actor_id, actor_name, relation, other_actor_id, weight, first_day, last_day"
    with record(tmp_path, **tables) as query:
        rows = query(f"SELECT {names} FROM actor_network ORDER BY basis, actor_id, other_actor_id")
        assert rows == [
            ("events", "a", "A", "with", "b", 1, day(2), day(2)),
            ("events", "a", "A", "against", "g", 2, day(2), day(5)),
            ("events", "army", None, "with", "g", 1, day(6), day(6)),
            ("events", "b", "B", "against", "g", 1, day(2), day(2)),
            ("relations", "b", "B", "backs", "a", 2, day(1), None),
        ]


def test_closures_end_in_circles(tmp_path: Path) -> None:
    tables: Tables = {
        "actors": [actor("a"), actor("b"), actor("c")],
        "actor_relations": [
            {"relation_id": one + two, "actor_id": one, "relation": how, "other_actor_id": two}
            for one, two, how in (
                ("a", "b", "part_of"),
                ("b", "a", "member_of"),
                ("c", "a", "backs"),
                ("b", "ghost", "part_of"),
            )
        ],
        "locations": [
            {"location_id": "x", "parent_id": "y"},
            {"location_id": "y", "parent_id": "x"},
            {"location_id": "z", "parent_id": "nowhere"},
        ],
    }
    with record(tmp_path, **tables) as query:
        assert query("FROM actor_wholes ORDER BY actor_id, whole_id") == [
            *(("a", "a"), ("a", "b"), ("a", "ghost")),
            *(("b", "a"), ("b", "b"), ("b", "ghost"), ("c", "c")),
        ]
        assert query("FROM place_ancestors ORDER BY location_id, ancestor_id") == [
            *(("x", "x"), ("x", "y"), ("y", "x"), ("y", "y"), ("z", "nowhere")),
        ]
        assert query("FROM identifiers WHERE id IN ('a', 'x', 'ab')") == [
            *(("actor_relations", "ab"), ("actors", "a"), ("locations", "x")),
        ]


def test_events_on(tmp_path: Path) -> None:
    tables: Tables = {
        "locations": [HAMA],
        "events": [event("long", 4, 6), control("taken", 5), event("late", 6)],
        "event_actors": [part("taken", "a", "initiator")],
    }
    expected = [
        ("long", day(4), day(6), False, None, None),
        ("taken", day(5), day(5), True, "Hama", "a"),
    ]
    names = "event_id, start_date, end_date, exact, place_name, initiators"
    with record(tmp_path, **tables) as query:
        for given in ("'2024-12-05'", "DATE '2024-12-05'", "day := '2024-12-05'"):
            assert query(f"SELECT {names} FROM events_on({given})") == expected
        assert query("FROM events_on(NULL)") == []


def test_events_near(tmp_path: Path) -> None:
    tables: Tables = {
        "locations": [
            {**HAMA, "lat": "35", "lon": "36"},
            {"location_id": "homs", "name": "Homs", "kind": "city", "lat": "34", "lon": "36"},
            {"location_id": "east", "name": "East", "kind": "region"},
            {"location_id": "far", "name": "Far", "kind": "city", "lat": "-35", "lon": "-144"},
        ],
        "events": [
            event("at-homs", 1, location_id="homs"),
            event("at-hama", 2, location_id="hama"),
            event("in-the-east", 3, location_id="east"),
            event("far-away", 3, location_id="far"),
            event("nowhere", 4),
        ],
    }
    degree = round(6371.0088 * math.pi / 180, 3)
    half = round(6371.0088 * math.pi, 3)
    called = "SELECT event_id, lat, lon, distance_km FROM events_near"
    with record(tmp_path, **tables) as query:
        near = [("at-hama", 35.0, 36.0, 0.0), ("at-homs", 34.0, 36.0, degree)]
        assert query(f"{called}(35, 36, 0)") == near[:1]
        assert query(f"{called}('35', '36', 111.2)") == near
        assert query(f"{called}(35, 36, 30000)") == [*near, ("far-away", -35.0, -144.0, half)]
        assert query(f"{called}(NULL, 36, 30000)") == []


def test_actor_timeline(tmp_path: Path) -> None:
    tables: Tables = {
        "locations": [HAMA],
        "events": [control("taken", 5), event("long", 2, 6), event("other", 1)],
        "event_actors": [
            *(part("taken", "a", "initiator"), part("taken", "a", "gained_control")),
            part("other", "b", "initiator"),
        ],
        "reports": [
            report("r1", "long", "s", claimant_id="a", stance="denies"),
            report("r2", "taken", "s", claimant_id="a", claimed_date="2024-12-04"),
            report("r3", "taken", "s", claimant_id="b"),
            report("r4", "gone", "s", claimant_id="a"),
        ],
        "quotes": [
            {"quote_id": "q", "speaker_id": "a", "text": "words", "said_on": "2024-12-05"},
        ],
    }
    names = "kind, first_day, last_day, event_id, role_or_stance, place_name, text, id"
    with record(tmp_path, **tables) as query:
        assert query(f"SELECT {names} FROM actor_timeline('a')") == [
            ("claim", day(2), day(6), "long", "denies", None, None, "r1"),
            ("claim", day(4), day(4), "taken", "supports", "Hama", None, "r2"),
            ("event", day(5), day(5), "taken", "gained_control", "Hama", None, "taken"),
            ("event", day(5), day(5), "taken", "initiator", "Hama", None, "taken"),
            ("quote", day(5), day(5), None, None, None, "words", "q"),
            ("claim", None, None, "gone", "supports", None, None, "r4"),
        ]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of_repository(tmp_path_factory.mktemp("views"))


def test_a_release_shows_what_a_run_shows(release: Path) -> None:
    package, _ = load_package(REPOSITORY)
    calls = {
        "actor_timeline": "'hts'",
        "control_at": "'hama', '2024-12-06'",
        "events_near": "34.7, 36.7, 60",
        "events_on": "'2024-12-05'",
    }
    path = str(release / "syria-offensive-2024.duckdb")
    with (
        open_database(package, Collector()) as database,
        duckdb.connect(path, read_only=True) as reopened,
    ):
        assert set(calls) == {view.name for view in package.views if view.parameters}
        for view in package.views:
            call = f"{view.name}({calls[view.name]})" if view.parameters else view.name
            here, there = (con.execute(f"FROM {call}") for con in (database.con, reopened))
            assert here.description == there.description, view.name
            rows = there.fetchall()
            assert sorted(here.fetchall(), key=repr) == sorted(rows, key=repr), view.name
            assert rows, view.name


def test_a_release_describes_its_views(release: Path) -> None:
    package, _ = load_package(REPOSITORY)
    views = {view.name: view for view in package.views}
    with duckdb.connect(str(release / "syria-offensive-2024.duckdb"), read_only=True) as con:
        told = dict(
            con.execute(
                "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal UNION ALL "
                "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"
            ).fetchall()
        )
        lacking = con.execute(
            "SELECT v.view_name, c.column_name FROM duckdb_views() v JOIN duckdb_columns() c "
            "ON c.table_name = v.view_name WHERE NOT v.internal AND c.comment IS NULL"
        ).fetchall()
    assert told == {
        name: f"{view.title}\n{view.row}\n{view.caveats}" for name, view in views.items()
    }
    assert lacking == []
    codebook = (release / "codebook.md").read_text(encoding="utf-8")
    assert "### control\\_at(place, day)\n" in codebook
    assert "| sure | BOOLEAN | Whether it includes the day for sure. |" in codebook
    page = (release / "codebook.html").read_text(encoding="utf-8")
    assert all(f'id="view-{name}"' in page for name in views)


def test_the_record_keeps_to_sql_that_older_clients_read() -> None:
    """What DuckDB 1.1 to 1.4 made of the stored views, tried by hand, must not come back."""
    package, _ = load_package(REPOSITORY)
    for view in package.views:
        body = re.sub(r"--.*", "", view.sql)
        assert not re.search(r"\bif\s*\(", body), view.name
        assert not (view.parameters and re.search(r"\bwith\b", body)), view.name


HEADER = "-- title: Names\n-- row: A name.\n-- caveats: None.\n"
ENDLESS = "with recursive n(i) as (select 1 union all select n.i + 1 from n) select n.i from n"


def package_with(root: Path, **views: str) -> Path:
    """A package of one table ``t`` with the field ``a``, and these views."""
    (root / "schemas" / "views").mkdir(parents=True)
    for name, text in views.items():
        path = root / "schemas" / "views" / f"{name}.sql"
        path.write_text(text, encoding="utf-8")
    schema = {"fields": [{"name": "a", "type": "string"}], "primaryKey": "a"}
    write_package(root, {"t": (schema, [["a"], ["x"], ["y"]])}, version="1.0.0")
    return root


def test_macros_that_read_each_other_are_stored(tmp_path: Path) -> None:
    root = package_with(
        tmp_path / "package",
        a_last=f"{HEADER}select m.a from middle('x') m",
        middle=f"-- parameters: which\n{HEADER}select z.a from z_first z where z.a = which",
        z_first=f"{HEADER}select t.a from t",
    )
    folders = [build(root, tmp_path / name) for name in ("one", "two")]
    files = [folder / "generated.duckdb" for folder in folders]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert int.from_bytes(files[0].read_bytes()[12:20], "little") == 64
    with duckdb.connect(str(files[0]), read_only=True) as con:
        assert con.execute("FROM a_last").fetchall() == [("x",)]
        assert con.execute("FROM middle(which := 'y')").fetchall() == [("y",)]


@pytest.mark.parametrize(
    "sql",
    [
        "select content from read_text('{secret}')",
        "select column0 from read_csv('{secret}', header = false)",
        "select file from glob('{folder}/*')",
        "select m from query('copy t to ''{target}''') q(m)",
        "copy t to '{target}'",
        "select t.a from t; copy t to '{target}'",
        "attach '{target}' as other",
        "drop view t",
        "set enable_external_access = true",
        "install httpfs",
    ],
)
@pytest.mark.parametrize("head", [HEADER, f"{HEADER}-- parameters: which\n"])
def test_a_view_reaches_nothing(sql: str, head: str, tmp_path: Path) -> None:
    secret, target = tmp_path / "secret.txt", tmp_path / "stolen"
    secret.write_text("private", encoding="utf-8")
    sql = sql.replace("{secret}", str(secret)).replace("{target}", str(target))
    root = package_with(tmp_path / "package", names=head + sql.replace("{folder}", str(tmp_path)))
    before = sorted(tmp_path.rglob("*"))
    report = validate(root)
    assert [finding.rule for finding in report.findings] == ["D018"]
    assert "private" not in json.dumps(report.to_dict())
    assert sorted(tmp_path.rglob("*")) == before


def test_an_endless_view_costs_nothing_but_where_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = package_with(tmp_path / "package", names=f"{HEADER}{ENDLESS}")
    monkeypatch.setattr(queries, "TIME_LIMIT_SECONDS", 0.2)
    assert validate(root).findings == ()


def test_views_that_multiply_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    views = {"v0": f"{HEADER}select t.a from t"}
    for index in range(1, 30):
        below = f"v{index - 1}"
        views[f"v{index}"] = f"{HEADER}select x.a from {below} x cross join {below} y"
    monkeypatch.setattr(queries, "TIME_LIMIT_SECONDS", 0.2)
    (finding,) = validate(package_with(tmp_path / "package", **views)).findings
    assert finding.rule == "D018"
    assert finding.message == "the query took longer than 0.2 seconds"


def test_a_view_nested_too_deeply_is_a_finding(tmp_path: Path) -> None:
    deep = f"{HEADER}select {'(' * 50_000}1{')' * 50_000} as one"
    (finding,) = validate(package_with(tmp_path / "package", names=deep)).findings
    assert (finding.rule, finding.file) == ("D018", "schemas/views/names.sql")
