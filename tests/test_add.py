"""Adding rows: what is asked, suggested and found, what is checked, and what is written."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, REPOSITORY, write_package
from tests.terminal import Terminal
from toolkit.checks import validate
from toolkit.cli import cli
from toolkit.edit import (
    Change,
    Desk,
    NotEditable,
    NotWritten,
    compound_names,
    dependents,
    open_desk,
    put_back,
    read_table_file,
    write_all,
)
from toolkit.edit.lookup import Name, plain, search
from toolkit.edit.slugs import slug
from toolkit.edit.write import FOLDER
from toolkit.package import load_package

ESCAPE = "\x1b[31m"
SLUG = {"pattern": "[a-z0-9]+(-[a-z0-9]+)*", "required": True, "unique": True, "maxLength": 30}
PEOPLE: dict[str, Any] = {
    "title": "People",
    "fields": [
        {"name": "person_id", "type": "string", "constraints": SLUG},
        {
            "name": "name",
            "title": "Name",
            "description": "What the person is called.",
            "type": "string",
            "constraints": {"required": True, "maxLength": 40},
        },
        {"name": "kind", "type": "string", "constraints": {"enum": ["guest", "host"]}},
        {"name": "born", "type": "integer", "constraints": {"minimum": 1900}},
        {"name": "died", "type": "integer"},
    ],
    "primaryKey": "person_id",
    "lookup": ["name"],
    "slug": {"of": ["name"], "further": ["kind"]},
    "rules": [
        {
            "code": "R001",
            "name": "born-before-death",
            "severity": "error",
            "columns": ["died"],
            "expression": "born <= died",
            "message": "died before birth",
            "hint": "Mend one of the years.",
            "why": "Nobody dies before being born.",
            "bad": "born 1950, died 1940",
            "good": "born 1940, died 1950",
        }
    ],
}
NICKNAMES: dict[str, Any] = {
    "fields": [
        {"name": "person_id", "type": "string", "constraints": {"required": True}},
        {"name": "nickname", "type": "string", "constraints": {"required": True}},
    ],
    "primaryKey": ["person_id", "nickname"],
    "lookup": ["nickname"],
    "foreignKeys": [
        {"fields": "person_id", "reference": {"resource": "people", "fields": "person_id"}}
    ],
}
PARTIES: dict[str, Any] = {
    "title": "Parties",
    "fields": [
        {"name": "party_id", "type": "string", "constraints": SLUG},
        {"name": "title", "title": "Title", "type": "string", "constraints": {"required": True}},
        {"name": "day", "title": "Day", "type": "date", "constraints": {"required": True}},
    ],
    "primaryKey": "party_id",
    "slug": {"of": ["title"]},
}
GUESTS: dict[str, Any] = {
    "title": "Guests",
    "fields": [
        {"name": "party_id", "type": "string", "constraints": {"required": True}},
        {
            "name": "person_id",
            "title": "Person",
            "description": "Who came.",
            "type": "string",
            "constraints": {"required": True},
        },
        {"name": "late", "title": "Late", "type": "boolean"},
    ],
    "primaryKey": ["party_id", "person_id"],
    "foreignKeys": [
        {"fields": "party_id", "reference": {"resource": "parties", "fields": "party_id"}},
        {"fields": "person_id", "reference": {"resource": "people", "fields": "person_id"}},
    ],
}
GONE: dict[str, Any] = {
    "fields": [{"name": name, "type": "string"} for name in ("table_name", "id", "replaced_by")]
}
TABLES: dict[str, tuple[dict[str, Any], Any]] = {
    "people": (
        PEOPLE,
        b"person_id,name,kind,born,died\n"
        b'ada,"Ada ""the\nGreat""",guest,1915,\n'
        b"bob,Bob Stone,host,1950,\n"
        b'"eve",Eve,guest,,\n',
    ),
    "nicknames": (NICKNAMES, [["person_id", "nickname"], ["bob", "Rocky"]]),
    "parties": (PARTIES, [["party_id", "title", "day"], ["ball", "The ball", "2024-12-01"]]),
    "guests": (GUESTS, [["party_id", "person_id", "late"], ["ball", "bob", "false"]]),
    "gone": (GONE, [["table_name", "id", "replaced_by"], ["people", "dan-hill", ""]]),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "package"
    root.mkdir()
    write_package(root, TABLES)
    assert validate(root).ok
    return root


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A small package with the schemas and rules of this dataset."""
    root = tmp_path / "record"
    shutil.copytree(DATA / "good" / "base", root)
    shutil.copytree(REPOSITORY / "schemas", root / "schemas")
    (root / "schemas" / "waivers.csv").unlink()
    return root


@pytest.fixture
def desk(package: Path) -> Iterator[Desk]:
    with open_desk(package) as one:
        yield one


def add(root: Path, *arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["add", *arguments, "--in", str(root)], input=input)


def add_json(root: Path, named: str, value: Any, *arguments: str) -> Result:
    return add(root, named, "-", *arguments, input=json.dumps(value))


def files(root: Path) -> dict[str, bytes]:
    """Every file of a package, so that what is left of an interrupted write shows as well."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def added(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, list[str]]:
    """The lines that each file has more, all other lines being the same in the same order."""
    assert before.keys() == after.keys()
    found = {}
    for name, content in after.items():
        old, new = before[name].splitlines(True), content.splitlines(True)
        lines = []
        for line in new:
            if old and line == old[0]:
                old.pop(0)
            else:
                lines.append(line.decode())
        assert not old, name
        if lines:
            found[name] = lines
    return found


# Settings


def test_a_row_goes_to_its_place_and_no_other_line_changes(package: Path) -> None:
    before = files(package)
    settings = ("--set", "name=Cy Young", "--set", "kind=host", "--set", "person_id=cy")
    result = add(package, "people", *settings)
    assert result.exit_code == 0, result.output
    assert "people.csv:5: + cy,Cy Young,host,,\n" in result.stdout
    assert result.stdout.endswith("no findings\nwrote 1 row to people.csv\n")
    text = before["people.csv"].replace(b'"eve"', b'cy,Cy Young,host,,\n"eve"')
    assert files(package) == before | {"people.csv": text}
    assert validate(package).ok


@pytest.mark.parametrize("value", ['a, "b"\nc = d', "a\nb", "a\tb", '"'])
def test_a_value_may_hold_anything_that_csv_can_quote(package: Path, value: str) -> None:
    result = add(package, "nicknames", "--set", "person_id=ada", "--set", f"nickname={value}")
    assert result.exit_code == 0
    with (package / "nicknames.csv").open(encoding="utf-8", newline="") as handle:
        assert list(csv.reader(handle))[1] == ["ada", value]


def test_values_are_trimmed_and_composed(package: Path) -> None:
    add(package, "nicknames", "--set", "person_id=ada", "--set", "nickname= Ade\u0301 ")
    assert "ada,Ad\u00e9\n" in (package / "nicknames.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        (["person_id=zoe", "name=Zoe", "kind=gest"], "C009"),
        (["person_id=zoe", "name=Zoe", "born=1800"], "C004"),
        (["person_id=zoe", "name=Zoe", "born=x"], "T002"),
        (["person_id=zoe", "name=Zoe", "born=1950", "died=1940"], "R001"),
        (["person_id=zoe"], "C001"),
        (["person_id=bob", "name=Bob Bell"], "K001"),
        (["person_id=Zoe", "name=Zoe"], "C008"),
        (["person_id=zoe", f"name=Z{ESCAPE}"], "S013"),
        (["person_id=zoe", "name=Z\0"], "S013"),
    ],
)
def test_a_row_that_breaks_a_rule_is_not_written(
    package: Path, settings: list[str], rule: str
) -> None:
    before = files(package)
    result = add(package, "people", *(part for one in settings for part in ("--set", one)))
    assert result.exit_code == 1
    assert f"error {rule} " in result.stdout
    assert "1 error" in result.stdout
    assert "nothing was written: the new rows break rules" in result.stderr
    assert ESCAPE not in result.output
    assert files(package) == before


def test_a_reference_to_nothing_is_not_written(package: Path) -> None:
    before = files(package)
    result = add(package, "nicknames", "--set", "person_id=bop", "--set", "nickname=B")
    assert result.exit_code == 1
    assert "error K005" in result.stdout
    assert "Did you mean 'bob'?" in result.stdout
    assert files(package) == before


def test_what_was_wrong_before_is_no_hindrance(package: Path) -> None:
    with (package / "people.csv").open("a", encoding="utf-8") as handle:
        handle.write("fay,Fay,nobody,1,\n")
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert result.exit_code == 0, result.output
    result = add(
        package, "people", "--set", "person_id=gil", "--set", "name=Gil", "--set", "born=1"
    )
    assert result.exit_code == 1
    assert result.stdout.count("error ") == 1
    assert "people.csv:8:10: error C004  row gil, born" in result.stdout


def test_a_dry_run_writes_nothing(package: Path) -> None:
    before = files(package)
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy", "--dry-run")
    assert result.exit_code == 0
    assert "people.csv:5: + cy,Cy,,,\n" in result.stdout
    assert "nothing was written: this was a dry run" in result.stderr
    assert files(package) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["people", "--set", "nam=x"], "there is no field of people nam; did you mean name?"),
        (["people", "--set", "name"], "'name' is not written as field=value"),
        (["people", "--set", "name=a", "--set", "name=b"], "name is set twice"),
        (["peple", "--set", "name=a"], "There is no table peple; did you mean people?"),
        (["x", "--set", "name=a"], "There is no table x; there are people, nicknames, parties"),
        (["../people", "--set", "name=a"], "There is no table ../people"),
        (["party", "--set", "title=a"], "--set gives a single row; name its table, parties."),
        (["people", "-", "--set", "name=a"], "Give --set or JSON on standard input, not both."),
        (["people"], "Without a terminal, give --set or JSON (-)."),
        (["people", f"--set={ESCAPE}=1"], "there is no field of people \\x1b[31m"),
    ],
)
def test_wrong_usage(package: Path, arguments: list[str], message: str) -> None:
    before = files(package)
    result = add(package, *arguments, input="{}")
    assert result.exit_code == 2
    assert message in result.stderr
    assert ESCAPE not in result.output
    assert files(package) == before


def test_no_package(tmp_path: Path) -> None:
    result = add(tmp_path, "people", "--set", "name=a")
    assert result.exit_code == 2
    assert "there is no datapackage.json" in result.stderr


# JSON


def test_one_row_as_json(package: Path) -> None:
    before = files(package)
    row = {"person_id": "cy", "name": "Cy", "born": 1950, "died": None}
    assert add_json(package, "people", row).exit_code == 0
    assert added(before, files(package)) == {"people.csv": ["cy,Cy,,1950,\n"]}


def test_a_compound_fills_in_what_ties_its_rows(package: Path) -> None:
    before = files(package)
    value = {
        "guests": [{"person_id": "cy-young", "late": True}, {"person_id": "ada"}],
        "party": {"title": "The Thé dansant", "day": "2024-12-02"},
        "people": {"name": "Cy Young"},
    }
    result = add_json(package, "party", value)
    assert result.exit_code == 0, result.output
    assert added(before, files(package)) == {
        "parties.csv": ["the-the-dansant,The Thé dansant,2024-12-02\n"],
        "guests.csv": ["the-the-dansant,ada,\n", "the-the-dansant,cy-young,true\n"],
        "people.csv": ["cy-young,Cy Young,,,\n"],
    }
    assert "people: no person_id was given; cy-young is taken" in result.stderr
    assert validate(package).ok


def test_the_table_may_stand_for_the_compound(package: Path) -> None:
    value = {"parties": [{"title": "A", "day": "2024-12-02"}, {"title": "B", "day": "2024-12-03"}]}
    assert add_json(package, "party", value).exit_code == 0
    # With two of them, nothing tells to which one a guest belongs.
    value = {**value, "guests": {"person_id": "ada"}}
    value["parties"] = [{"title": one, "day": "2024-12-02"} for one in ("C", "D")]
    result = add_json(package, "party", value)
    assert result.exit_code == 1
    assert "party_id is required but empty" in result.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "standard input does not hold a JSON object"),
        ("{", "standard input, line 1: not valid JSON"),
        ("{}", "there is no party; it is an object under the key 'party'"),
        ('{"party": 1}', "parties holds what is no object"),
        ('{"party": {}, "parties": {}}', "party and parties are the same; give one of them"),
        ('{"party": {}, "guest": {}}', "there is no table guest; did you mean guests?"),
        ('{"party": {"a": 1, "a": 2}}', "the key 'a' stands already in line 1"),
        ('{"party": {"day": NaN}}', "NaN is not a JSON value"),
        ('{"party": {"title": []}}', "title holds a list or object, and its type is string"),
        ('{"party": {"title": "\\ud800"}}', "half a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        (b'{"party": "\xff"}', "Standard input is not UTF-8."),
        (b" " * (17 << 20), "Standard input has more than 16 MiB."),
        (f'{{"party": {{"{ESCAPE[1:]}\\u001b": 1}}}}', "there is no field of parties [31m\\x1b"),
    ],
)
def test_json_that_is_refused(package: Path, text: str | bytes, message: str) -> None:
    before = files(package)
    result = add(package, "party", "--json", input=text)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "\x1b" not in result.output
    assert files(package) == before


def test_an_event_with_all_that_belongs_to_it(record: Path) -> None:
    before = files(record)
    value = {
        "event": {
            "title": "Red Front enters Delta",
            "summary": "The Red Front entered the village after the Blue Army had left it.",
            "start_date": "2024-12-04",
            "end_date": "2024-12-04",
            "date_precision": 1,
            "event_type": "control",
            "event_subtype": "capture",
            "unit": "event",
            "location_id": "delta",
            "location_precision": 1,
            "evidence": "weak",
            "scope": "window",
            "planned": False,
        },
        "locations": {
            "location_id": "delta",
            "name": "Delta",
            "kind": "village",
            "parent_id": "alpha-district",
            "country": "SY",
        },
        "event_actors": [
            {"actor_id": "red-front", "role": "gained_control"},
            {"actor_id": "blue-army", "role": "lost_control"},
        ],
        "sources": {
            "url": "https://gazette.example/2024/12/05/delta",
            "title": "Delta entered",
            "publisher": "Gazette",
            "published": "2024-12-05",
            "language": "en",
            "kind": "news_article",
            "upstream_id": "gazette",
            "upstream_basis": "own",
            "accessed": "2026-11-20",
            "text_seen": "full",
            "coding": "full",
        },
        "reports": {
            "source_id": "gazette-2024-12-05",
            "stance": "supports",
            "claimed_date": "2024-12-04",
            "claimed_controller_id": "red-front",
        },
    }
    result = add_json(record, "event", value)
    assert result.exit_code == 0, result.output
    assert added(before, files(record)) == {
        "data/events.csv": [
            "red-front-enters-delta,Red Front enters Delta,The Red Front entered the village after "
            "the Blue Army had left it.,2024-12-04,2024-12-04,1,control,capture,event,delta,1,weak,"
            "window,false,,,,,,\n"
        ],
        "data/locations.csv": ["delta,Delta,,village,alpha-district,SY,,,,,,\n"],
        "data/event_actors.csv": [
            "red-front-enters-delta,blue-army,lost_control\n",
            "red-front-enters-delta,red-front,gained_control\n",
        ],
        "data/reports.csv": [
            "gazette-2024-12-05-red-front-enters-delta,red-front-enters-delta,gazette-2024-12-05,,,"
            "supports,2024-12-04,,red-front,\n"
        ],
        "data/sources.csv": [
            "gazette-2024-12-05,https://gazette.example/2024/12/05/delta,Delta entered,Gazette,,"
            "2024-12-05,en,news_article,gazette,own,2026-11-20,full,full,,\n"
        ],
    }
    assert validate(record).ok


def test_the_guide_is_a_walk_that_works(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (REPOSITORY / "docs" / "adding.md").read_text(encoding="utf-8")
    (event,) = re.findall(r"```json\n(.*?)```", text, flags=re.DOTALL)
    commands = [
        line.split()[1:]
        for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
        for line in block.splitlines()
        if "--set" in line or "<" in line
    ]
    assert len(commands) == 3
    monkeypatch.chdir(record)
    before = files(record)
    for command in commands:
        arguments = command[: command.index("<")] if "<" in command else command
        result = CliRunner().invoke(cli, arguments, input=event if "<" in command else None)
        assert result.exit_code == 0, result.output
    assert {name: len(lines) for name, lines in added(before, files(record)).items()} == {
        "data/location_aliases.csv": 1,
        "data/locations.csv": 1,
        "data/sources.csv": 1,
        "data/events.csv": 1,
        "data/event_actors.csv": 2,
        "data/reports.csv": 1,
    }
    assert validate(record).ok
    for name in (".list", ".new", ".empty", ".back"):
        assert f"`{name}" in text


# What belongs together, names, identifiers


def test_compounds_follow_from_the_foreign_keys(record: Path) -> None:
    package, _ = load_package(record)
    assert compound_names(package) == {
        "actor": "actors",
        "location": "locations",
        "source": "sources",
        "event": "events",
        "report": "reports",
        "quote": "quotes",
    }
    assert [(one.table, one.key.fields) for one in dependents(package, "events")] == [
        ("event_actors", ("event_id",)),
        ("reports", ("event_id",)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Opposition forces capture Hama", "opposition-forces-capture-hama"),
        ("Al-Ḥasakah’s  (City)", "al-hasakahs-city"),
        ("Łódź, Øresund & Straße", "lodz-oresund-strasse"),
        ("../../etc/passwd", "etc-passwd"),
        ("حلب", ""),
        ("=cmd|' /C calc'!A0", "cmd-c-calc-a0"),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": "Cy Young"}, "cy-young"),
        # Taken already: what joins it comes from the schema.
        ({"name": "Bob", "kind": "host"}, "bob-host"),
        ({"name": "Bob"}, ""),
        # Removed once.
        ({"name": "Dan Hill", "kind": "guest"}, "dan-hill-guest"),
        # No longer than the field may be, and no word cut.
        ({"name": "A very long name of somebody important"}, "a-very-long-name-of-somebody"),
        ({"name": "حلب"}, ""),
        ({}, ""),
    ],
)
def test_suggested_identifiers(desk: Desk, row: dict[str, str], expected: str) -> None:
    assert desk.suggest("people", row) == expected


def test_a_removed_identifier_is_not_used_again(package: Path) -> None:
    before = files(package)
    result = add(package, "people", "--set", "person_id=dan-hill", "--set", "name=Dan Hill")
    assert result.exit_code == 1
    assert "people dan-hill: this identifier was removed once" in result.stderr
    assert files(package) == before


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("bob", ["bob"]),
        ("stone", ["bob"]),
        ("Bob Stnoe", ["bob"]),
        ("ROCKY", ["bob"]),
        ("ada the great", ["ada"]),
        ("nobody at all", []),
        ("", []),
    ],
)
def test_rows_are_found_by_names_and_aliases(desk: Desk, text: str, keys: list[str]) -> None:
    assert [match.key for match in desk.search("people", "person_id", text)] == keys


def test_the_most_like_comes_first() -> None:
    names = [
        Name(text, text, text, plain(text))
        for text in ("Homs countryside", "Homs", "Hims", "Homs Province", "Aleppo")
    ]
    assert [match.key for match in search("homs", names)] == [
        "Homs",
        "Homs Province",
        "Homs countryside",
        "Hims",
    ]


@pytest.mark.parametrize(
    ("name", "known"),
    [("Bob Stone", "bob"), ("bob  stone", "bob"), ("Bób Stones", "bob"), ("Rocky", "bob")],
)
def test_a_second_row_of_the_same_is_told(package: Path, name: str, known: str) -> None:
    result = add(package, "people", "--set", "person_id=new", "--set", f"name={name}", "--dry-run")
    assert result.exit_code == 0
    assert f"people new is much like {known} (" in result.stderr


def test_different_names_are_not_told(package: Path) -> None:
    result = add(package, "people", "--set", "person_id=new", "--set", "name=Rob", "--dry-run")
    assert "much like" not in result.stderr


def test_tables_that_cannot_be_looked_at_are_left_to_the_validation(package: Path) -> None:
    """A reference to a compressed table is checked with the rest, not at once."""
    (package / "people.csv.gz").write_bytes(gzip.compress((package / "people.csv").read_bytes()))
    (package / "people.csv").unlink()
    path = package / "datapackage.json"
    text = path.read_text(encoding="utf-8").replace("people.csv", "people.csv.gz")
    path.write_text(text, encoding="utf-8")
    with open_desk(package) as desk:
        row = {"person_id": "nobody"}
        assert desk.cell_findings("nicknames", row, "person_id") == []
        assert desk.search("people", "person_id", "ada") == []
    result = add(package, "nicknames", "--set", "person_id=nobody", "--set", "nickname=N")
    assert result.exit_code == 1
    assert "error K005" in result.stdout
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert result.exit_code == 2
    assert "rows are added to a table of one file that is not compressed" in result.stderr


# Hostile values


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"])
def test_formulas_are_kept_and_told(package: Path, value: str) -> None:
    result = add(package, "nicknames", "--set", "person_id=ada", "--set", f"nickname={value}")
    assert result.exit_code == 0
    assert f"nickname begins with {value[0]}, by which spreadsheets take it" in result.stderr
    assert f"ada,{value}\n" in (package / "nicknames.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", ["../../evil", "/etc/passwd", "file:///etc/passwd", "a\\..\\b"])
def test_values_that_look_like_paths_are_values(package: Path, value: str) -> None:
    before = files(package)
    result = add(package, "nicknames", "--set", "person_id=ada", "--set", f"nickname={value}")
    assert result.exit_code == 0
    assert added(before, files(package)) == {"nicknames.csv": [f"ada,{value}\n"]}


def test_a_value_of_megabytes_is_refused_in_one_line(package: Path) -> None:
    before = files(package)
    result = add_json(package, "people", {"person_id": "cy", "name": "x" * (10 << 20)})
    assert result.exit_code == 2
    assert "people.name has 10,485,760 characters; more than 100,000 are not taken" in result.stderr
    assert len(result.output) < 1_000
    assert files(package) == before


def test_a_long_value_is_not_shown_whole(package: Path) -> None:
    result = add_json(package, "people", {"person_id": "cy", "name": "x" * 99_000})
    assert result.exit_code == 1
    assert "error C003" in result.stdout
    assert len(result.output) < 10_000


def test_text_of_a_package_cannot_act_on_the_terminal(make_package: Any) -> None:
    fields = [{"name": f"id{ESCAPE}", "type": "string", "title": ESCAPE}]
    schema = {"fields": fields, "primaryKey": f"id{ESCAPE}"}
    root = make_package(t=(schema, [[f"id{ESCAPE}"], ["a"]]))
    result = add_json(root, "t", {f"id{ESCAPE}": "b"}, "--dry-run")
    assert "\\x1b" in result.output
    assert ESCAPE not in result.output
    assert add_json(root, "t", {f"{ESCAPE}": "b"}).exit_code == 2


# Files


def table_file(tmp_path: Path, content: bytes, key: str | None = "a", **resource: Any) -> Any:
    schema: dict[str, Any] = {"fields": [{"name": "a"}, {"name": "b"}]}
    if key:
        schema["primaryKey"] = key
    root = tmp_path / "files"
    root.mkdir(exist_ok=True)
    write_package(root, {"t": (schema, content)})
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0] |= resource
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    package, _ = load_package(root)
    return read_table_file(package.resources[0])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n1,x\n3,x\n", b"a,b\n1,x\n2,new\n3,x\n"),
        (b"a,b\n3,x\n4,x\n", b"a,b\n2,new\n3,x\n4,x\n"),
        (b"a,b\n0,x\n1,x\n", b"a,b\n0,x\n1,x\n2,new\n"),
        (b"a,b\n", b"a,b\n2,new\n"),
        (b"a,b", b"a,b\n2,new\n"),
        (b"a,b\n1,x", b"a,b\n1,x\n2,new\n"),
        (b"a,b\n3,x", b"a,b\n2,new\n3,x"),
        # Not sorted: to the end.
        (b"a,b\n3,x\n1,x\n", b"a,b\n3,x\n1,x\n2,new\n"),
        (b"a,b\r\n1,x\r\n3,x\r\n", b"a,b\r\n1,x\r\n2,new\r\n3,x\r\n"),
        (b"\xef\xbb\xbfa,b\n1,x\n3,x\n", b"\xef\xbb\xbfa,b\n1,x\n2,new\n3,x\n"),
        (b'"a","b"\n"1","x\ny"\n"3",""""\n', b'"a","b"\n"1","x\ny"\n2,new\n"3",""""\n'),
        (b"b,a\nx,1\nx,3\n", b"b,a\nx,1\nnew,2\nx,3\n"),
        ("a,b\n1,é\n3,\u2028\n".encode(), "a,b\n1,é\n2,new\n3,\u2028\n".encode()),
    ],
)
def test_where_a_row_goes(tmp_path: Path, content: bytes, expected: bytes) -> None:
    file = table_file(tmp_path, content)
    assert file.content == content
    inserted = file.with_rows([{"a": "2", "b": "new"}])
    assert inserted.content == expected
    ((line, text),) = inserted.lines
    assert expected.splitlines()[line - 1].decode() == text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n9,x\n11,x\n", b"a,b\n9,x\n10,new\n11,x\n"),
        (b"a,b\n9,x\n", b"a,b\n9,x\n10,new\n"),
        # Sorted as text, and not sorted by either.
        (b"a,b\n1,x\n11,x\n9,x\n", b"a,b\n1,x\n10,new\n11,x\n9,x\n"),
        (b"a,b\n9,x\nx,x\n1,x\n", b"a,b\n9,x\nx,x\n1,x\n10,new\n"),
    ],
)
def test_numbers_are_sorted_as_numbers(tmp_path: Path, content: bytes, expected: bytes) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b"}]
    schema = {"fields": fields, "primaryKey": "a"}
    file = table_file(tmp_path, content, schema=schema)
    assert file.with_rows([{"a": "10", "b": "new"}]).content == expected


def test_without_a_key_whole_rows_are_sorted(tmp_path: Path) -> None:
    file = table_file(tmp_path, b"a,b\n1,x\n1,z\n2,a\n", key=None)
    assert file.with_rows([{"a": "1", "b": "y"}]).content == b"a,b\n1,x\n1,y\n1,z\n2,a\n"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=6)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.lists(st.tuples(CELLS, CELLS), max_size=3))
def test_old_rows_keep_their_bytes_and_their_order(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[tuple[str, str]],
    new: list[tuple[str, str]],
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([("a", "b"), *old])
    content = buffer.getvalue().encode()
    file = table_file(tmp_path_factory.mktemp("t"), content)
    result = file.with_rows([dict(zip("ab", row, strict=True)) for row in new])
    rows = list(csv.reader(io.StringIO(result.content.decode(), newline=""), strict=True))
    assert sorted(map(tuple, rows[1:])) == sorted([*old, *new])
    rest = list(map(tuple, rows[1:]))
    for row in new:
        rest.remove(row)
    assert sorted(rest) == sorted(old)
    for record in file.records:
        assert record in result.content
    assert len(result.lines) == len(new)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1\n",
        b"a,b\n1,2,3\n",
        b'a,b\n1,"x\n',
        b"a,b\n\n",
        b"a,b\r1,x\r",
        b"a,a\n1,x\n",
        b"a,b\n1,\xff\n",
        b"a,\n1,x\n",
        b'a,b\n1,"x"y\n',
    ],
)
def test_files_that_are_not_well_formed(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotEditable, match="is not well formed; `toolkit validate` tells where"):
        table_file(tmp_path, content)


@pytest.mark.parametrize(
    ("resource", "content"),
    [
        ({"path": ["t.csv", "t.csv"]}, b"a,b\n"),
        ({"encoding": "utf-16"}, "a,b\n".encode("utf-16")),
        ({"dialect": {"header": False}}, b"1,x\n"),
        ({"dialect": {"commentChar": "#"}}, b"a,b\n"),
        ({"path": "t.csv.gz"}, b""),
    ],
)
def test_files_into_which_no_row_can_be_put(
    tmp_path: Path, resource: dict[str, Any], content: bytes
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "t.csv.gz").write_bytes(gzip.compress(b"a,b\n"))
    with pytest.raises(NotEditable, match="rows are added to"):
        table_file(tmp_path, content, **resource)


# All or nothing


def party(root: Path) -> Result:
    value = {
        "party": {"title": "Fête", "day": "2024-12-02"},
        "guests": {"person_id": "cy"},
        "people": {"person_id": "cy", "name": "Cy"},
    }
    return add_json(root, "party", value)


def test_an_edit_in_between_is_not_overwritten(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(package)
    check = Desk.check

    def meanwhile(self: Desk, *arguments: Any) -> Any:
        report = check(self, *arguments)
        with (package / "guests.csv").open("ab") as handle:
            handle.write(b"ball,eve,\n")
        return report

    monkeypatch.setattr(Desk, "check", meanwhile)
    result = party(package)
    assert result.exit_code == 2
    assert "guests.csv was changed by somebody else since it was read" in result.stderr
    assert "wrote" not in result.stdout
    assert files(package) == before | {"guests.csv": before["guests.csv"] + b"ball,eve,\n"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_write_that_fails_leaves_every_table_as_it_was(
    package: Path, monkeypatch: pytest.MonkeyPatch, which: int, error: BaseException
) -> None:
    before = files(package)
    replace, calls = Path.replace, []

    def failing(self: Path, target: Path) -> Path:
        if self.suffix == ".after":
            calls.append(self)
            if len(calls) == which + 1:
                raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    result = party(package)
    assert len(calls) == which + 1
    assert result.exit_code == 2
    assert "nothing was written" in result.stderr
    assert files(package) == before


_KILLED = """
import os, sys
from pathlib import Path
from toolkit.cli import main
replace, calls = Path.replace, []
def killed(self, target):
    if self.suffix == ".after":
        calls.append(self)
        if len(calls) == {which}:
            os._exit(9)
    return replace(self, target)
Path.replace = killed
main()
"""


def kill_while_writing(package: Path, which: int) -> None:
    value = {"party": {"title": "Fête", "day": "2024-12-02"}, "guests": {"person_id": "ada"}}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _KILLED.format(which=which),
            "add",
            "party",
            "-",
            "--in",
            str(package),
        ],
        input=json.dumps(value),
        text=True,
        capture_output=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 9, done.stderr
    assert (package / FOLDER).is_dir()


@pytest.mark.parametrize("which", [1, 2])
def test_what_a_killed_write_leaves_is_put_back(package: Path, which: int) -> None:
    before = files(package)
    kill_while_writing(package, which)
    # A dry run changes nothing at all, not even for the better.
    left = files(package)
    add(package, "people", "--set", "person_id=cy", "--set", "name=Cy", "--dry-run")
    assert files(package) == left
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert result.exit_code == 0, result.output
    assert added(before, files(package)) == {"people.csv": ["cy,Cy,,,\n"]}
    put = "parties.csv was put back: adding to it had been interrupted" in result.stderr
    assert put == (which == 2)


def test_files_that_cannot_be_put_back_at_once_are_put_back_later(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(package)
    replace, calls = Path.replace, []

    def failing(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) > 1:
            raise OSError(30, "Read-only file system")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", failing)
        result = party(package)
    assert result.exit_code == 2
    assert "not all files could be put back (Read-only file system)" in result.stderr
    opened, _ = load_package(package)
    assert put_back(opened) == ["parties.csv"]
    assert files(package) == before


def test_what_was_edited_after_a_killed_write_is_left_alone(package: Path) -> None:
    kill_while_writing(package, 2)
    with (package / "parties.csv").open("ab") as handle:
        handle.write(b"x,X,2024-12-03\n")
    left = files(package)
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert result.exit_code == 2
    assert "parties.csv was changed after a write that was interrupted" in result.stderr
    assert files(package) == left


@pytest.mark.parametrize(
    "journal",
    [
        '[{"path": "../outside.csv", "before": "x", "after": "y"}]',
        '[{"path": "people.csv", "before": "BEFORE", "after": "AFTER"}]',
        "[1]",
        "{",
    ],
)
def test_a_journal_of_a_stranger_reaches_nothing(package: Path, journal: str) -> None:
    from hashlib import sha256

    outside = package.parent / "outside.csv"
    outside.write_bytes(b"secret\n")
    (package / FOLDER).mkdir()
    (package / FOLDER / "0.before").symlink_to(outside)
    now = sha256((package / "people.csv").read_bytes()).hexdigest()
    text = journal.replace("BEFORE", sha256(b"secret\n").hexdigest()).replace("AFTER", now)
    (package / FOLDER / "journal.json").write_text(text, encoding="utf-8")
    before = files(package)
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert result.exit_code == 2
    assert "is not what an interrupted write leaves" in result.stderr
    assert files(package) == before
    assert outside.read_bytes() == b"secret\n"


def test_a_link_in_place_of_the_folder_is_refused(package: Path) -> None:
    outside = package.parent / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (package / FOLDER).symlink_to(outside)
    result = add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert result.exit_code == 2
    assert (outside / "kept").exists()


def test_two_at_once_lose_no_row(package: Path) -> None:
    command = [sys.executable, "-m", "toolkit", "add", "people", "--in", str(package)]
    running = [
        subprocess.Popen(
            [*command, "--set", f"person_id=p{number}", "--set", f"name=Number {number}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
        )
        for number in range(3)
    ]
    codes = [one.wait(60) for one in running]
    text = (package / "people.csv").read_text(encoding="utf-8")
    assert set(codes) <= {0, 2}
    assert 0 in codes
    for number, code in enumerate(codes):
        assert (f"p{number},Number {number}" in text) == (code == 0)


def test_a_file_keeps_its_mode(package: Path) -> None:
    (package / "people.csv").chmod(0o640)
    add(package, "people", "--set", "person_id=cy", "--set", "name=Cy")
    assert (package / "people.csv").stat().st_mode & 0o777 == 0o640


def test_write_all_refuses_a_file_that_is_gone(tmp_path: Path) -> None:
    change = Change("a.csv", tmp_path / "a.csv", b"a", b"b")
    with pytest.raises(NotWritten, match=r"a\.csv was changed by somebody else"):
        write_all(tmp_path, [change])
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_put_back(package: Path) -> None:
    opened, _ = load_package(package)
    assert put_back(opened) == []


# A terminal

_PLAIN = "import sys; sys.modules['prompt_toolkit'] = None; "
Walk = Callable[..., None]


@pytest.fixture(params=["", _PLAIN], ids=["editor", "plain"])
def first(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Talk(Terminal):
    """An interview: what is waited for, and what is typed once it has come."""

    def __init__(
        self, root: Path, first: str, named: str, *arguments: str, **environment: str
    ) -> None:
        command = ("add", named, "--in", str(root), *arguments)
        super().__init__(*command, first=first, **{"TERM": "dumb", **environment})

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)

    def press(self, key: str) -> None:
        """Wait for the mark of a line, and for the terminal to be read, and press a key."""
        self.until(":")
        time.sleep(0.5)
        self.type(key)

    def answer(self, text: str, *answers: str) -> None:
        """Wait for a text and then for the mark of a line; type the answers one by one."""
        self.until(text)
        for one in answers:
            self.until(":")
            self.type(f"{one}\r")


def test_a_walk_on_a_terminal(package: Path, first: str) -> None:
    before = files(package)
    with closing(Talk(package, first, "party")) as talk:
        talk.answer("A row of Parties", "")
        talk.until("✗ C001: title is required but empty")
        talk.answer("title", "Garden party")
        talk.answer("Day, required\r\n  date\r\n", "2024-12-5")
        talk.until("✗ T005: '2024-12-5' is not of type date")
        talk.answer("day", "2024-12-05")
        talk.answer("no other row has it\r\n", "")
        talk.answer("Add a row of Guests (guests)?", "perhaps")
        talk.until("✗ answer with yes or no")
        talk.answer("guests?", "y")
        talk.answer("Who came.", "Rocki")
        talk.until("bob  Bob Stone (Rocky)")
        talk.answer("person_id", "1")
        talk.answer("Late", "true")
        talk.answer("Add a row of Guests (guests)?", "yes")
        talk.answer("Who came.", ".new")
        talk.until("New row of People (people)")
        talk.answer("What the person is called.", "Eva")
        talk.answer("kind\r\n", "2")
        talk.answer("1900 or more", "1950")
        talk.answer("died\r\n", "1940")
        talk.until("✗ R001: died before birth (Mend one of the years.)")
        talk.answer("died", ".back")
        talk.answer("1900 or more", ".list")
        talk.answer("Nothing is like it.", ".empty")
        talk.answer("died\r\n", "")
        talk.answer("at most 30 characters", "bob")
        talk.until("✗ K001: person_id 'bob' stands there already")
        talk.answer("person_id", "eva")
        talk.until("Back to Guests (guests): person_id is eva")
        talk.answer("Late", "maybe")
        talk.until("✗ T004: 'maybe' is not of type boolean")
        talk.answer("late", "")
        talk.answer("Add a row of Guests (guests)?", "")
        talk.until("parties.csv:3: + garden-party,Garden party,2024-12-05")
        talk.until("no findings")
        talk.answer("Write these rows?", "yes")
        talk.until("wrote 1 row to people.csv")
        assert talk.leave() == 0
    assert added(before, files(package)) == {
        "parties.csv": ["garden-party,Garden party,2024-12-05\n"],
        "guests.csv": ["garden-party,bob,true\n", "garden-party,eva,\n"],
        "people.csv": ["eva,Eva,host,,\n"],
    }


def test_the_arrow_up_fetches_the_former_answer_and_tab_completes(package: Path) -> None:
    with closing(Talk(package, "", "people", TERM="xterm")) as talk:
        talk.until("What the person is called.")
        talk.until("name:")
        talk.type("Bella\r")
        talk.until("guest")
        talk.until("kind:")
        talk.type("ho\t")
        talk.until("host")
        talk.type("\r")
        talk.until("1900 or more")
        talk.type(".back\r")
        talk.until("[host]")
        talk.type(".back\r")
        talk.until("[Bella]")
        talk.type("\x1b[A Donna\r")
        talk.until("[host]")
        talk.type("\r")
        for name in ("born", "died"):
            talk.until(f"{name}:")
            talk.type("\r")
        talk.until("[bella-donna]")
        talk.type("\r")
        talk.until("people.csv:4: + bella-donna,Bella Donna,host,,")
        talk.until("write? [no]")
        talk.type("yes\r")
        talk.until("wrote 1 row to people.csv")
        assert talk.leave() == 0


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_a_walk_that_is_broken_off_writes_nothing(package: Path, first: str, key: str) -> None:
    before = files(package)
    with closing(Talk(package, first, "party")) as talk:
        talk.answer("Title, required", "Fête")
        talk.until("Day, required")
        talk.press(key)
        talk.until("toolkit add: stopped; nothing was written")
        assert talk.leave() == 2
    assert files(package) == before


def test_ctrl_c_at_the_last_question_writes_nothing(package: Path, first: str) -> None:
    before = files(package)
    with closing(Talk(package, first, "nicknames")) as talk:
        talk.answer("person_id, required", "ada")
        talk.answer("nickname, required", "Addie")
        talk.until("Write these rows?")
        talk.press("\x03")
        talk.until("toolkit add: stopped; nothing was written")
        assert talk.leave() == 2
    assert files(package) == before


def test_whoever_is_there_already_is_not_entered_again(package: Path, first: str) -> None:
    before = files(package)
    with closing(Talk(package, first, "people")) as talk:
        talk.answer("What the person is called.", "Bob Stones")
        talk.until("There is something much like it in people. Is it one of these?")
        talk.answer("nothing if it is another one.\r\n  1  bob  Bob Stone\r\n", "1")
        talk.until("nothing was written: it is there already, as bob")
        assert talk.leave() == 0
    with closing(Talk(package, first, "party")) as talk:
        talk.answer("Title, required", "Fête")
        talk.answer("Day, required", "2024-12-05")
        talk.answer("at most 30 characters", "")
        talk.answer("Add a row of Guests", "yes")
        talk.answer("Who came.", ".new")
        talk.answer("What the person is called.", "Rocky")
        talk.answer("nothing if it is another one.", "bob")
        talk.until("Back to Guests (guests): person_id is bob")
        talk.answer("Late", "")
        talk.answer("Add a row of Guests", "no")
        talk.answer("Write these rows?", "yes")
        assert talk.leave() == 0
    assert added(before, files(package)) == {
        "parties.csv": ["fete,Fête,2024-12-05\n"],
        "guests.csv": ["fete,bob,\n"],
    }


def test_rows_that_break_rules_can_be_mended_from_the_end(package: Path, first: str) -> None:
    """A rule over several rows can only be asked of the whole."""
    rule = (
        "-- title: No pebbles\n-- severity: error\n-- what: W.\n-- why: W.\n-- bad: B.\n"
        "-- good: G.\n-- hint: H.\nSELECT 'nicknames' AS table_name, n._key AS key, "
        "'nickname' AS column_name, n.nickname AS value, NULL AS message FROM nicknames n "
        "JOIN people p USING (person_id) WHERE n.nickname = 'Pebble'\n"
    )
    (package / "schemas" / "rules").mkdir(parents=True)
    (package / "schemas" / "rules" / "X001-no-pebble.sql").write_text(rule, encoding="utf-8")
    before = files(package)
    with closing(Talk(package, first, "nicknames")) as talk:
        talk.answer("person_id, required", "bob")
        talk.answer("nickname, required", "Pebble")
        talk.until("error X001")
        talk.answer("The new rows break rules", ".back")
        talk.answer("nickname, required", "Marble")
        talk.until("no findings")
        talk.answer("Write these rows?", "yes")
        talk.until("wrote 1 row to nicknames.csv")
        assert talk.leave() == 0
    assert added(before, files(package)) == {"nicknames.csv": ["bob,Marble\n"]}


def test_hostile_text_on_a_terminal(make_package: Any, first: str) -> None:
    fields = [
        {"name": "id", "type": "string", "title": ESCAPE, "description": ESCAPE, "example": ESCAPE},
        {"name": "of", "type": "string", "constraints": {"enum": [ESCAPE, "b"]}},
    ]
    schema = {"title": ESCAPE, "fields": fields, "primaryKey": "id", "lookup": ["of"]}
    root = make_package(t=(schema, [["id", "of"], [ESCAPE, "b"]]))
    with closing(Talk(root, first, "t", "--dry-run")) as talk:
        seen = talk.until("string")
        talk.until("id:")
        talk.type("n\r")
        seen += talk.until("of:")
        talk.type("b\r")
        seen += talk.until("the same as")
        talk.type("\r")
        seen += talk.until("this was a dry run")
        assert talk.leave() == 0
    assert "\\x1b[31m" in seen
    assert ESCAPE not in seen
