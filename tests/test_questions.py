"""The named queries of the record: they run everywhere alike, and some on small data."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import REPOSITORY
from tests.releasing import release_of_repository
from tests.test_views import actor, control, day, event, part, record, report, source
from toolkit.cli import cli
from toolkit.package import NamedQuery, load_package
from toolkit.query import open_source, value_of
from toolkit.tables import database

Answer = tuple[list[str], list[tuple[str | None, ...]]]
QUERIES = load_package(REPOSITORY)[0].queries
# Questions of which the record has no row yet.
UNANSWERED = {"wordings-differ"}


def answers(
    place: Path, queries: tuple[NamedQuery, ...] = QUERIES, **given: str
) -> dict[str, Answer]:
    """Ask each query of a folder or file, with its usual values or those given."""
    found = {}
    with open_source(str(place)) as opened, opened.session() as session:
        for query in queries:
            values = {**query.parameters, **given}
            typed: Mapping[str, object] = {name: value_of(text) for name, text in values.items()}
            with session.run(query.sql, typed) as result:
                names = [column.name for column in result.columns]
                found[query.name] = names, [row for batch in result.batches for row in batch]
    return found


def ask(place: Path, name: str, **given: str) -> list[tuple[str | None, ...]]:
    (query,) = (one for one in QUERIES if one.name == name)
    return answers(place, queries=(query,), **given)[name][1]


@pytest.fixture(scope="module")
def now() -> dict[str, Answer]:
    return answers(REPOSITORY)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of_repository(tmp_path_factory.mktemp("questions"))


def test_there_is_a_question_of_every_group() -> None:
    package, _ = load_package(REPOSITORY)
    groups = list(dict.fromkeys(query.group for query in package.queries))
    assert groups == package.descriptor["queryGroups"]
    assert all(query.title.endswith("?") for query in package.queries)
    assert all(query.reading.endswith(".") for query in package.queries)


def test_questions_have_answers(now: dict[str, Answer]) -> None:
    assert {name for name, (_, rows) in now.items() if not rows} <= UNANSWERED
    for name, (columns, _) in now.items():
        assert len(set(columns)) == len(columns), name


def test_a_release_and_its_database_answer_alike(now: dict[str, Answer], release: Path) -> None:
    assert load_package(release)[0].queries == QUERIES
    assert answers(release) == now
    assert answers(release / "syria-offensive-2024.duckdb") == now


@pytest.mark.parametrize("threads", [1, 4])
def test_answers_have_one_order(
    threads: int, now: dict[str, Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the tables in the reverse order, and another number of threads, change nothing."""
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copyfile(REPOSITORY / "datapackage.json", tmp_path / "datapackage.json")
    for path in (tmp_path / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows([header, *reversed(rows)])
    connect = database.connect

    def connect_threads(*arguments: Any, **options: Any) -> Any:
        con = connect(*arguments, **options)
        con.execute(f"SET threads = {threads}")
        return con

    monkeypatch.setattr(database, "connect", connect_threads)
    assert answers(tmp_path) == now


def test_without_rows_only_the_days_are_left(tmp_path: Path) -> None:
    with record(tmp_path):
        left = {name: len(rows) for name, (_, rows) in answers(tmp_path).items() if rows}
    assert left == {"coverage-by-day": 15, "daily-activity": 15}


def test_a_release_runs_and_lists_its_questions(release: Path) -> None:
    arguments = ["query", "--name", "who-held-a-place", "-p", "place=hama", "--in", str(release)]
    done = CliRunner().invoke(cli, [*arguments, "--format", "csv"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1].startswith("Hama,Hayat Tahrir al-Sham,true,confirmed,")
    readme = (release / "README.md").read_text(encoding="utf-8")
    for query in QUERIES:
        assert f"| {query.group} | {query.title} | {query.name} |" in readme


def test_questions_are_listed_in_groups() -> None:
    done = CliRunner().invoke(cli, ["query", "--list", "--in", str(REPOSITORY)])
    listed = done.output.splitlines()
    assert listed[0] == "Course of events"
    assert [line for line in listed if line and not line.startswith(" ")] == [
        *dict.fromkeys(query.group for query in QUERIES)
    ]
    assert [line.split()[0] for line in listed if line.startswith("  ")] == [
        query.name for query in QUERIES
    ]
    assert listed[3].endswith("so many kilometres of a place? [place=homs, km=50]")


def place(location_id: str, lat: float, lon: float) -> dict[str, str]:
    at = {"lat": str(lat), "lon": str(lon)}
    return {"location_id": location_id, "name": location_id.upper(), "kind": "town", **at}


def test_a_front_is_the_row_of_captures_that_come_nearer(tmp_path: Path) -> None:
    """A degree of longitude on the equator is 111.2 km."""
    step = {"event_subtype": "capture", "location_precision": "1"}
    where = {"far": 4.0, "side": 5.0, "near": 2.0, "last": 1.0, "vague": 0.5, "goal": 0.0}
    days = {"far": (1, 2), "side": (3, 3), "near": (4, 4), "last": (4, 5), "vague": (6, 6)}
    events = [
        control(f"{name}-captured", *days[name], **{**step, "location_id": name}) for name in days
    ]
    events[-1]["location_precision"] = "4"
    events.append(control("goal-planned", 8, **{**step, "location_id": "goal", "planned": "true"}))
    with record(
        tmp_path,
        events=events,
        actors=[actor("us", camp="opposition")],
        locations=[place(name, 0.0, lon) for name, lon in where.items()],
        event_actors=[part(one["event_id"], "us", "gained_control") for one in events],
    ):
        rows = ask(tmp_path, "front-speed", goal="goal")
        assert ask(tmp_path, "front-speed", goal="nowhere") == []
    assert rows == [
        ("US", "FAR", str(day(1)), str(day(2)), "445", None, None, None),
        # 222 km in three days at most, in two at least.
        ("US", "NEAR", str(day(4)), str(day(4)), "222", "222", "74", "111"),
        # Both may be of the fourth.
        ("US", "LAST", str(day(4)), str(day(5)), "111", "111", "111", None),
    ]


def test_a_place_that_is_taken_back_changed_hands_twice(tmp_path: Path) -> None:
    events = [
        control("c-partly", 2, event_subtype="partial_control"),
        control("b-taken", 3),
        control("a-taken-back", 5),
        control("d-discounted", 6, evidence="discounted"),
    ]
    with record(
        tmp_path,
        events=events,
        actors=[actor("us"), actor("them")],
        locations=[{"location_id": "hama", "name": "Hama", "kind": "city"}],
        event_actors=[
            part("c-partly", "us", "gained_control"),
            part("b-taken", "us", "gained_control"),
            part("a-taken-back", "them", "gained_control"),
            part("d-discounted", "us", "gained_control"),
        ],
    ):
        rows = ask(tmp_path, "how-often-places-changed-hands")
    assert rows == [("hama", "Hama", "2", "3", "US, then THEM", str(day(2)), str(day(5)))]


def test_the_winners_word_alone_is_told_apart(tmp_path: Path) -> None:
    speakers = {
        "us": "opposition",
        "friend": "opposition_ally",
        "them": "government",
        "press": "outside",
        "stranger": "unknown",
    }
    with record(
        tmp_path,
        events=[control("alone", 1), control("known", 2), control("left", 3)],
        actors=[actor(name, camp=camp) for name, camp in speakers.items()],
        sources=[source("page", upstream_id="press"), source("ours", upstream_id="friend")],
        event_actors=[
            part("alone", "us", "gained_control"),
            part("known", "us", "gained_control"),
            part("known", "them", "lost_control"),
            part("left", "them", "lost_control"),
        ],
        reports=[
            report("1", "alone", "page", claimant_id="us"),
            report("2", "alone", "ours"),
            report("3", "alone", "page", claimant_id="them", stance="denies"),
            report("4", "known", "page"),
            report("5", "known", "page", claimant_id="them"),
            report("6", "known", "page", claimant_id="stranger"),
            report("7", "known", "page", claimant_id="us"),
            report("8", "left", "page", claimant_id="them"),
        ],
    ):
        whose = ask(tmp_path, "whose-word")
        acknowledged = [row[:5] for row in ask(tmp_path, "acknowledged-losses")]
        denied = [row[:4] + row[7:8] for row in ask(tmp_path, "denied-claims")]
    assert whose == [
        ("alone", "The alone", "2", "0", "0", "0", "true", "fair"),
        ("known", "The known", "1", "1", "1", "1", "false", "fair"),
    ]
    assert acknowledged == [
        ("known", None, str(day(2)), str(day(2)), "THEM"),
        ("left", None, str(day(3)), str(day(3)), "THEM"),
    ]
    assert denied == [("alone", "The alone", "denies", "THEM", "FRIEND; US")]


def test_the_delay_runs_to_the_first_report_that_has_a_day(tmp_path: Path) -> None:
    with record(
        tmp_path,
        events=[
            event("told-late", 1, 2, scope="window"),
            event("told-at-once", 3, 5, scope="window"),
            event("never-told", 1, scope="window"),
            event("planned", 1, scope="window", planned="true"),
        ],
        sources=[
            source("early", published=str(day(1))),
            source("third", published=str(day(3))),
            source("later", published=str(day(6))),
            source("undated"),
        ],
        reports=[
            report("1", "told-late", "later"),
            report("2", "told-late", "early", stance="mentions"),
            report("3", "told-late", "undated"),
            report("4", "told-at-once", "later"),
            report("5", "told-at-once", "third"),
            report("6", "never-told", "undated"),
            report("7", "planned", "early"),
        ],
    ):
        rows = [row[:1] + row[4:] for row in ask(tmp_path, "reporting-delay")]
    assert rows == [
        ("told-late", str(day(6)), "LATER", "4", "5"),
        ("told-at-once", str(day(3)), "THIRD", "0", "0"),
    ]


def test_numbers_of_one_thing_are_held_against_each_other(tmp_path: Path) -> None:
    counts = [
        ("1", "killed", "3", "5", "", ""),
        ("2", "killed", "9", "9", "", ""),
        ("3", "killed", "", "", "dozens", ""),
        ("4", "killed", "900", "900", "", str(day(4))),
        ("4", "wounded", "7", "7", "", ""),
    ]
    names = ("report_id", "measure", "low", "high", "words", "as_of")
    with record(
        tmp_path,
        events=[event("battle", 3)],
        actors=[actor("agency"), actor("monitor")],
        sources=[source("a", upstream_id="agency"), source("b", upstream_id="monitor")],
        reports=[
            report(number, "battle", page)
            for number, page in (("1", "a"), ("2", "b"), ("3", "a"), ("4", "b"))
        ],
        report_counts=[
            {**dict(zip(names, one, strict=True)), "cumulative": "true" if one[5] else "false"}
            for one in counts
        ],
    ):
        rows = [row[2:] for row in ask(tmp_path, "numbers-differ")]
    assert rows == [
        ("Killed", None, "3", "2", "3", "9", "6", "dozens"),
        ("Killed", str(day(4)), "1", "1", "900", "900", "0", None),
        ("Wounded", None, "1", "1", "7", "7", "0", None),
    ]


def test_what_rests_on_one_unnamed_speaker(tmp_path: Path) -> None:
    with record(
        tmp_path,
        events=[event(name, 1) for name in ("alone", "twice", "shared", "printed", "denied")],
        actors=[actor("x", kind="unnamed_person"), actor("y", kind="unnamed_person")],
        sources=[source("page")],
        reports=[
            report("1", "alone", "page", claimant_id="x"),
            report("2", "twice", "page", claimant_id="x"),
            report("3", "twice", "page", claimant_id="x"),
            report("4", "shared", "page", claimant_id="x"),
            report("5", "shared", "page", claimant_id="y"),
            report("6", "printed", "page", claimant_id="y"),
            report("7", "printed", "page"),
            report("8", "denied", "page", claimant_id="y", stance="denies"),
        ],
    ):
        rows = [row[:5] for row in ask(tmp_path, "unnamed-speakers")]
    assert rows == [("X", None, "4", "0", "2"), ("Y", None, "3", "0", "0")]
