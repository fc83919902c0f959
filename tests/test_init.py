"""New packages out of CSV files: what is proposed, what is refused, what is left as it was."""

from __future__ import annotations

import csv
import doctest
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import REPOSITORY
from toolkit import validate
from toolkit.cli import cli
from toolkit.release import build_release
from toolkit.scaffold import Made, NotMade, make_package, names, sources
from toolkit.scaffold.names import agreement, key_rank, stem_of
from toolkit.scaffold.sources import slug

DAY = date(2026, 1, 2)
Rows = Iterable[Iterable[object]]
Make = Callable[..., tuple[Path, Made]]


def text_of(rows: Rows, delimiter: str = ",") -> str:
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that makes a package of tables, each given as rows or as bytes."""

    def make(**tables: Any) -> tuple[Path, Made]:
        paths = []
        for name, content in tables.items():
            path = tmp_path / f"{name}.csv"
            content = content if isinstance(content, bytes) else text_of(content).encode()
            path.write_bytes(content)
            paths.append(path)
        folder = tmp_path / "made"
        return folder, make_package(folder, paths, created=DAY)

    return make


def schema(folder: Path, table: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / f"schemas/{table}.json").read_text("utf-8"))
    return read


def fields(folder: Path, table: str) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in schema(folder, table)["fields"]}


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def run_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a package that was made, without its files being changed."""
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def init(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["init", *map(str, arguments)])


CUSTOMERS = [
    ["customer_id", "name", "country", "since"],
    *(
        [f"c{n:02}", f"Name {n}", ["FR", "DE", "IT"][n % 3], f"2020-01-{n + 1:02}"]
        for n in range(30)
    ),
]
ORDERS = [
    ["id", "customer_id", "placed", "amount", "state"],
    *(
        [n + 1, f"c{n % 20:02}", f"2021-02-{n % 28 + 1:02}", n * 1.5, ["open", "paid"][n % 2]]
        for n in range(60)
    ),
]
LINES = [
    ["order_id", "line", "article", "pieces"],
    *([n // 3 + 1, n % 3 + 1, f"Article {n % 7} of many", n % 5 + 1] for n in range(180)),
]


def test_keys_references_types_and_code_lists(make: Make) -> None:
    folder, made = make(customers=CUSTOMERS, orders=ORDERS, lines=LINES)
    assert schema(folder, "customers")["primaryKey"] == ["customer_id"]
    assert schema(folder, "orders")["primaryKey"] == ["id"]
    assert schema(folder, "lines")["primaryKey"] == ["order_id", "line"]
    assert schema(folder, "orders")["foreignKeys"] == [
        {
            "fields": ["customer_id"],
            "reference": {"resource": "customers", "fields": ["customer_id"]},
        }
    ]
    assert schema(folder, "lines")["foreignKeys"] == [
        {"fields": ["order_id"], "reference": {"resource": "orders", "fields": ["id"]}}
    ]
    assert {name: one["type"] for name, one in fields(folder, "orders").items()} == {
        "id": "integer",
        "customer_id": "string",
        "placed": "date",
        "amount": "number",
        "state": "string",
    }
    assert fields(folder, "orders")["state"]["codelist"] == "state"
    assert cells(folder / "schemas/codelists/state.csv") == [
        ["code", "title", "description"],
        ["open", "open", ""],
        ["paid", "paid", ""],
    ]
    assert fields(folder, "customers")["country"]["codelist"] == "country"
    # All the different days are those of the customers by chance; it is a proposal all the same.
    assert fields(folder, "customers")["since"]["constraints"] == {"required": True, "unique": True}
    assert "codelist" not in fields(folder, "orders")["customer_id"]
    assert made.report.ok
    assert validate(folder).ok


def test_the_whole_structure_is_there(make: Make) -> None:
    folder, made = make(customers=CUSTOMERS)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    assert list(made.files) == files
    assert [file for file in files if (folder / file).is_file()] == [
        ".gitattributes",
        ".github/workflows/check.yml",
        ".gitignore",
        "CHANGELOG.md",
        "Makefile",
        "README.md",
        "data/customers.csv",
        "datapackage.json",
        "requirements.txt",
        "schemas/codelists/country.csv",
        "schemas/customers.json",
        "schemas/rules/X001-no-table-is-empty.sql",
        "tests/test_data.py",
    ]
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert {key: descriptor[key] for key in ("name", "title", "version", "created")} == {
        "name": "made",
        "title": "made",
        "version": "0.1.0",
        "created": "2026-01-02T00:00:00Z",
    }
    assert descriptor["licenses"][0]["name"] == "notspecified"
    line = (folder / "datapackage.json").read_text("utf-8").split("\n").index('  "licenses": [') + 1
    assert made.left[0].startswith(f"datapackage.json:{line}: the licence is 'notspecified'")
    for file in files:
        if (folder / file).is_file():
            assert "@@" not in (folder / file).read_text("utf-8"), file


def test_the_tests_that_are_made_pass_and_can_fail(make: Make) -> None:
    folder, _ = make(customers=CUSTOMERS, orders=ORDERS)

    result = run_tests(folder)
    assert "2 passed" in result.stdout, result.stdout
    with (folder / "data/orders.csv").open("a", encoding="utf-8") as handle:
        handle.write("99,c99,2021-02-01,1,open\n")
    result = run_tests(folder)
    assert "1 failed, 1 passed" in result.stdout
    assert "data/orders.csv:62:4: K005 'c99' is not in customer_id of customers" in result.stdout


def test_without_keys_the_bad_case_is_a_cell_too_many(make: Make) -> None:
    folder, made = make(words=[["word"], *(["a", "b"][n % 2] for n in range(12))])
    assert made.report.ok
    assert '("S005", "data/words.csv")' in (folder / "tests/test_data.py").read_text("utf-8")
    assert "2 passed" in run_tests(folder).stdout
    assert any(
        "schemas/words.json: no one, two or three columns tell all rows apart" in line
        for line in made.left
    )


def test_a_release_can_be_built(make: Make, tmp_path: Path) -> None:
    folder, _ = make(customers=CUSTOMERS, orders=ORDERS, lines=LINES)
    report, release = build_release(folder, tmp_path / "dist")
    assert report.ok
    assert release == tmp_path / "dist/made-0.1.0"


def test_the_first_rule_finds_an_empty_table(make: Make) -> None:
    folder, _ = make(customers=CUSTOMERS, empty=[["a", "b"]])
    assert validate(folder).ok
    (folder / "data/customers.csv").write_text("customer_id,name,country,since\n", encoding="utf-8")
    assert [(one.rule, one.file) for one in validate(folder).findings] == [
        ("X001", "data/customers.csv")
    ]


def test_same_input_same_bytes(make: Make, tmp_path: Path) -> None:
    folder, made = make(customers=CUSTOMERS, orders=ORDERS)
    paths = [tmp_path / "customers.csv", tmp_path / "orders.csv"]
    (tmp_path / "elsewhere").mkdir()
    again = tmp_path / "elsewhere/made"
    make_package(again, paths, created=DAY)
    for file in made.files:
        if (folder / file).is_file():
            assert (again / file).read_bytes() == (folder / file).read_bytes(), file


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2", "-3"], {"type": "integer"}),
        (["1", "2.5"], {"type": "number"}),
        (["007", "12"], {"type": "string"}),
        (["+49", "12"], {"type": "string"}),
        (["12345678901234567890", "1"], {"type": "string"}),
        (["true", "false"], {"type": "boolean"}),
        (["yes", "no"], {"type": "string"}),
        (["2024-01-31", "2024-02-01"], {"type": "date"}),
        (["2024-01-31", "2024-02-30"], {"type": "string"}),
        (["31/01/2024", "01/02/2024"], {"type": "string"}),
        (["2024-01", "2024-12"], {"type": "yearmonth"}),
        (["12:30:00", "08:00:01"], {"type": "time"}),
        (["2024-01-31T12:30:00", "2024-01-31T12:30:00Z"], {"type": "datetime"}),
        (["", ""], {"type": "any"}),
        (["1", "NA"], {"type": "integer", "missingValues": ["", "NA"]}),
        (["1.5", "N/A", "-"], {"type": "number", "missingValues": ["", "N/A", "-"]}),
        (["2024-01-31", r"\N"], {"type": "date", "missingValues": ["", r"\N"]}),
        (["NA", "FR"], {"type": "string"}),
        (["NA", "NULL"], {"type": "string"}),
    ],
)
def test_types(make: Make, values: list[str], expected: dict[str, Any]) -> None:
    folder, made = make(t=[["key", "x"], *([f"k{n}", value] for n, value in enumerate(values))])
    found = fields(folder, "t")["x"]
    assert {key: found[key] for key in ("type", "missingValues") if key in found} == expected
    assert made.report.ok


def test_a_type_holds_for_every_row_and_not_only_for_the_first(make: Make) -> None:
    rows = [["id", "a", "b"], *([n, n, n] for n in range(1, 1000)), [1000, "1.5", "many"]]
    folder, made = make(t=rows)
    assert [field["type"] for field in schema(folder, "t")["fields"]] == [
        "integer",
        "number",
        "string",
    ]
    assert made.report.ok


def test_decimal_commas_between_semicolons(make: Make) -> None:
    content = text_of([["id", "price"], ["a", "1,5"], ["b", "20"]], ";").encode()
    folder, made = make(t=content)
    assert fields(folder, "t")["price"]["decimalChar"] == ","
    assert (folder / "data/t.csv").read_bytes() == b'id,price\na,"1,5"\nb,20\n'
    assert made.report.ok
    assert "the cells were separated by ';'" in made.notes[0]


def test_a_reference_takes_the_type_of_its_key(make: Make) -> None:
    countries = [["code", "name"], ["10", "A"], ["20", "B"], ["3X", "C"]]
    cities = [["id", "country_code"], *([n, [10, 20][n % 2]] for n in range(20))]
    folder, made = make(countries=countries, cities=cities)
    assert fields(folder, "cities")["country_code"]["type"] == "string"
    assert schema(folder, "cities")["foreignKeys"][0]["reference"]["resource"] == "countries"
    assert made.report.ok


def test_a_reference_to_a_unique_column_and_one_to_its_own_table(make: Make) -> None:
    countries = [["id", "code", "name"], *([n, f"C{n}", f"Country {n}"] for n in range(1, 15))]
    areas = [
        ["area_id", "parent_area_id", "iso_country"],
        *([n, "" if n < 3 else n // 3, f"C{n % 14 + 1}"] for n in range(1, 40)),
    ]
    folder, made = make(countries=countries, areas=areas)
    assert schema(folder, "countries")["primaryKey"] == ["id"]
    assert schema(folder, "areas")["foreignKeys"] == [
        {"fields": ["parent_area_id"], "reference": {"resource": "areas", "fields": ["area_id"]}},
        {"fields": ["iso_country"], "reference": {"resource": "countries", "fields": ["code"]}},
    ]
    assert made.report.ok


def test_a_key_of_several_columns_is_referred_to(make: Make) -> None:
    games = [
        ["day", "team", "goals"],
        *([f"2024-01-{n // 2 + 1:02}", f"T{n % 2}", n % 4] for n in range(40)),
    ]
    scorers = [
        ["day", "team", "scorer"],
        *([f"2024-01-{n // 4 + 1:02}", f"T{n % 2}", f"S{n % 3}"] for n in range(60)),
    ]
    folder, made = make(games=games, scorers=scorers)
    assert schema(folder, "games")["primaryKey"] == ["day", "team"]
    assert schema(folder, "scorers")["foreignKeys"] == [
        {"fields": ["day", "team"], "reference": {"resource": "games", "fields": ["day", "team"]}}
    ]
    assert made.report.ok


def test_small_numbers_are_no_reference_by_chance(make: Make) -> None:
    rooms = [["id", "size"], *([n, n * 10] for n in range(1, 15))]
    # Both columns hold numbers that all stand in rooms.id.
    guests = [
        ["guest", "room_count", "floor", "room_id"],
        *([f"g{n}", n % 3 + 1, n % 4 + 1, n % 14 + 1] for n in range(50)),
    ]
    folder, _ = make(rooms=rooms, guests=guests)
    assert [key["fields"] for key in schema(folder, "guests")["foreignKeys"]] == [["room_id"]]


def test_tables_with_the_same_keys_refer_one_way(make: Make) -> None:
    people = [["person_id", "name"], *([f"p{n}", f"Name {n}"] for n in range(12))]
    ages = [["person_id", "age"], *([f"p{n}", 20 + n] for n in range(12))]
    folder, made = make(people=people, ages=ages)
    assert "foreignKeys" not in schema(folder, "people")
    assert schema(folder, "ages")["foreignKeys"][0]["reference"]["resource"] == "people"
    assert made.report.ok


def test_nearly_a_key_is_told_with_its_line(make: Make) -> None:
    rows = [["id", "note"], *([n, f'"two\nlines {n}"'] for n in range(30)), [7, "again"]]
    folder, made = make(t=rows)
    assert "primaryKey" not in schema(folder, "t")
    # Each of the thirty rows before takes two lines.
    assert (
        "data/t.csv:62:1: '7' stands a second time in id; if that is a mistake, mend it, and the "
        "primary key of schemas/t.json can be id" in made.left
    )
    assert made.report.ok


def test_nearly_a_key_of_several_columns_is_told(make: Make) -> None:
    rows = [["day", "place"], *([f"2024-01-{n // 15 + 1:02}", f"P{n % 15}"] for n in range(300))]
    _, made = make(t=[*rows, ["2024-01-01", "P3"]])
    assert any(
        line.startswith("data/t.csv:302:1: '2024-01-01, P3' stands a second time in day, place")
        for line in made.left
    )


def test_nearly_a_reference_is_told_with_its_line(make: Make) -> None:
    customers, orders = [*CUSTOMERS], [*ORDERS, [61, "c99", "2021-03-01", 1, "open"]]
    folder, made = make(customers=customers, orders=orders)
    assert "foreignKeys" not in schema(folder, "orders")
    assert (
        "data/orders.csv:62:4: 'c99' is not in customer_id of customers; if that is a mistake, "
        "mend it, and customer_id can be a foreign key of schemas/orders.json" in made.left
    )
    assert made.report.ok


def test_what_holds_comes_before_what_nearly_holds(make: Make) -> None:
    old = [["country_id", "x"], *([f"c{n}", n] for n in range(19))]
    new = [["country_id", "x"], *([f"c{n}", n] for n in range(20))]
    cities = [["id", "country_id"], *([n, f"c{n % 20}"] for n in range(60))]
    folder, made = make(old=old, new=new, cities=cities)
    assert [key["reference"]["resource"] for key in schema(folder, "cities")["foreignKeys"]] == [
        "new"
    ]
    assert not any("cities" in line for line in made.left)


def test_what_is_no_code_list(make: Make) -> None:
    rows = [["id", "many", "rare", "long", "number", "lines"]]
    rows += [
        [
            n,
            f"m{n % 26}",
            "x" if n else "y",
            "z" * 41 if n % 2 else "z",
            n % 3,
            '"a\nb"' if n % 2 else "c",
        ]
        for n in range(200)
    ]
    folder, _ = make(t=rows)
    # Of two codes one is rare, but each stands in more than five rows on average.
    assert [name for name, one in fields(folder, "t").items() if "codelist" in one] == ["rare"]


def test_columns_of_one_name_share_their_codes_if_these_agree(make: Make) -> None:
    def table(codes: str) -> Rows:
        return [["kind"], *([codes[n % len(codes)]] for n in range(60))]

    folder, made = make(a=table("pq"), b=table("pqr"), c=table("xy"))
    lists = {table: fields(folder, table)["kind"]["codelist"] for table in "abc"}
    assert lists == {"a": "kind", "b": "kind", "c": "c_kind"}
    codes = cells(folder / "schemas/codelists/kind.csv")
    assert [row[0] for row in codes[1:]] == ["p", "q", "r"]
    assert made.report.ok


def test_cells_are_copied_as_they_are(make: Make) -> None:
    rows = [
        ["id", "text"],
        ["1", 'comma, and "quotation"'],
        ["2", "two\r\nlines"],
        ["3", "lone\rreturn"],
        ["4", " blanks "],
        ["5", "=1+1"],
        ["6", "عربي é e\u0301"],
    ]
    lines = ["\ufeff" + "\t".join(rows[0])]
    lines += ["\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows[1:]]
    folder, _ = make(t="\r\n".join(lines).encode("utf-8"))
    assert cells(folder / "data/t.csv") == rows
    assert b"\r\n2" not in (folder / "data/t.csv").read_bytes()


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "the text was UTF-16"),
        ("latin-1", "the text is not UTF-8 (first in line 2) and was read as Latin-1"),
    ],
)
def test_encodings(make: Make, encoding: str, note: str) -> None:
    rows = [["id", "name"], ["1", "Müller"], ["2", "Ærø"]]
    folder, made = make(t=text_of(rows).encode(encoding))
    assert cells(folder / "data/t.csv") == rows
    assert [note in line for line in made.notes] == ([True] if note else [])
    assert made.report.ok


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters(make: Make, delimiter: str) -> None:
    rows = [["id", "name", "size"], ["1", "a, b, c", "2"], ["2", "d, e, f", "3"]]
    folder, made = make(t=text_of(rows, delimiter).encode())
    assert cells(folder / "data/t.csv") == rows
    assert f"separated by {delimiter!r}" in made.notes[0]


def test_encoding_and_delimiter_can_be_told(tmp_path: Path) -> None:
    source = tmp_path / "t.csv"
    source.write_bytes(text_of([["id", "имя"], ["1", "Анна"]], "^").encode("cp1251"))
    result = init(tmp_path / "made", "--from", source, "--encoding", "cp1251", "--delimiter", "^")
    assert result.exit_code == 0, result.output
    assert cells(tmp_path / "made/data/t.csv") == [["id", "имя"], ["1", "Анна"]]


def test_rows_without_text_are_left_out_and_counted(make: Make) -> None:
    folder, made = make(t=b"id,x\n\n1,a\n, \n2,b\n\n")
    assert cells(folder / "data/t.csv") == [["id", "x"], ["1", "a"], ["2", "b"]]
    assert [line.partition("t.csv: ")[2] for line in made.notes] == [
        "3 rows without any text left out"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.csv is empty"),
        (b"\n", "t.csv:1: there is no header"),
        (b"a,,c\n1,2,3\n", "t.csv:1: column 2 has no name"),
        (b"a,b,A\n1,2,3\n", "t.csv:1: columns 1 and 3 are both called 'A'"),
        (b"a,b\x07\n1,2\n", r"t.csv:1: the name of column 2, 'b\x07', holds a character"),
        (b"a,b\n1,2\n1,2,3\n", "t.csv:3: the row has 3 cells, the header 2; put cells"),
        (b"a,b\n1\n1\n", "t.csv:2: the row has 1 cells, the header 2 (and 1 more such rows)"),
        (b'a,b\n1,"x\n2,y\n', "t.csv:2: a quotation mark is out of place"),
        (b'a,b\n1,2\n1,"x"y\n', "t.csv:3: a quotation mark is out of place"),
        (b"a,b\n1,\x00\n", "t.csv:2: the file holds bytes that are no text"),
        (b"a,b\n1,\x81\n", "t.csv:2: the text is neither UTF-8 nor Latin-1"),
        (b"\xff\xfea", "t.csv:1: the text is not UTF-16"),
        (b"PK\x03\x04\x00\x00", "t.csv:1: the file holds bytes that are no text"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_left(
    tmp_path: Path, content: bytes, message: str
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "t.csv"
    good.write_bytes(b"id\n1\n")
    bad.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    result = init(tmp_path / "made", "--from", good, "--from", bad)
    assert result.exit_code == 2
    assert message in result.output
    assert sorted(tmp_path.iterdir()) == before


def test_two_sources_with_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "T 1.csv").write_text("id\n1\n")
    result = init(
        tmp_path / "made", "--from", tmp_path / "a/T 1.csv", "--from", tmp_path / "b/T 1.csv"
    )
    assert result.exit_code == 2
    assert "would both become the table t_1; rename one of them" in result.output


def test_a_folder_in_use_is_refused_and_an_empty_one_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, folder = tmp_path / "t.csv", tmp_path / "made"
    source.write_text("id\n1\n")
    folder.mkdir()
    monkeypatch.chdir(folder)
    result = init(".", "--from", source)
    assert result.exit_code == 2
    assert "is the current folder" in result.output
    monkeypatch.chdir(tmp_path)
    assert init("made", "--from", source).exit_code == 0
    assert (folder / "datapackage.json").is_file()
    for name, message in (
        ("made", "is not empty"),
        ("t.csv", "is a file"),
        ("no/made", "no folder"),
    ):
        result = init(name, "--from", source)
        assert result.exit_code == 2
        assert message in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "t.csv"]


def test_a_folder_that_was_filled_meanwhile_is_left_alone(tmp_path: Path) -> None:
    source, folder = tmp_path / "t.csv", tmp_path / "made"
    source.write_text("id\n1\n")

    def fill(step: str) -> None:
        if step == "looking for keys":
            folder.mkdir()
            (folder / "mine").touch()

    with pytest.raises(NotMade, match="cannot be put into"):
        make_package(folder, [source], created=DAY, progress=fill)
    assert [path.name for path in folder.iterdir()] == ["mine"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "t.csv"]


def test_a_dry_run_prints_the_tree_and_makes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text(text_of(ORDERS))
    result = init(tmp_path / "made", "--from", source, "--dry-run")
    assert result.exit_code == 0
    tree = result.output.split("\n\n")[0].split("\n")
    assert tree[1:] == [
        "  .gitattributes",
        "  .github/",
        "    workflows/",
        "      check.yml",
        "  .gitignore",
        "  CHANGELOG.md",
        "  Makefile",
        "  README.md",
        "  data/",
        "    orders.csv",
        "  datapackage.json",
        "  requirements.txt",
        "  schemas/",
        "    codelists/",
        "      state.csv",
        "    orders.json",
        "    rules/",
        "      X001-no-table-is-empty.sql",
        "  tests/",
        "    test_data.py",
    ]
    assert (
        "- orders: 60 rows, 5 columns, the key is id\n    state is one of 2 codes" in result.output
    )
    assert result.output.endswith("nothing was made: this was a dry run\n")
    assert list(tmp_path.iterdir()) == [source]


def test_what_the_data_leave_to_mend_is_printed_with_its_line(tmp_path: Path) -> None:
    source = tmp_path / "t.csv"
    source.write_text("id,x\n1,a\n2,b\x9e\n", encoding="utf-8")
    result = init(tmp_path / "made", "--from", source)
    assert result.exit_code == 1
    assert "made/data/t.csv:3:3: error S013  x" in re.sub(r"\S*/made/", "made/", result.output)
    assert (tmp_path / "made/datapackage.json").is_file()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("CON", "con_table"),
        ("lpt1", "lpt1_table"),
        ("\x1b[31m", "31m"),
        ("Äpfel & Birnen", "apfel_birnen"),
        ("население", "t"),
        ("OrderDetails", "order_details"),
        ("x" * 300, "x" * 60),
        ("-", "t"),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text, "t") == expected


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    source = tmp_path / "a\x1b[31m`; drop.csv"
    source.write_text('id,"<b>@x|[y](z)","a""; select"\n1,p,q\n')
    folder = tmp_path / "x\x1b[2J<i>"
    result = init(folder, "--from", source)
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    readme = (folder / "README.md").read_text("utf-8")
    assert "\x1b" not in readme
    assert "<i>" not in readme
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert descriptor["resources"][0]["path"] == "data/a_31m_drop.csv"
    assert cells(folder / f"data/{'a_31m_drop'}.csv")[0] == ["id", "<b>@x|[y](z)", 'a"; select']
    assert validate(folder).ok


def test_names_tell_keys_and_references() -> None:
    assert stem_of("order_categories") == ("order", "category")
    assert stem_of("boxes") == ("box",)
    assert stem_of("status") == ("status",)
    assert [key_rank(name, "People") for name in ("id", "code", "wikidata_id", "no", "size")] == [
        0, 1, 2, 3, 4,
    ]  # fmt: skip
    assert key_rank("customerid", "customers") == 0
    assert agreement("customer", False, "customers", "id") > 0
    assert agreement("billing_customer_id", True, "customers", "id") > 0
    assert agreement("customers_seen", True, "customers", "id") == 0
    assert agreement("id", True, "customers", "id") == 0
    assert agreement("name", False, "customers", "id") == 0


def test_actions_are_pinned_as_those_of_this_repository() -> None:
    template = REPOSITORY / "toolkit/scaffold/templates/check.yml"
    uses = re.compile(r"uses: (\S+@[0-9a-f]{40}  # v[0-9.]+)$", re.MULTILINE)
    own = {
        pin
        for path in (REPOSITORY / ".github/workflows").glob("*.yml")
        for pin in uses.findall(path.read_text("utf-8"))
    }
    pins = uses.findall(template.read_text("utf-8"))
    assert len(pins) == template.read_text("utf-8").count("uses:")
    assert set(pins) <= own


@pytest.mark.parametrize("module", [names, sources])
def test_examples(module: Any) -> None:
    assert doctest.testmod(module).attempted
    assert doctest.testmod(module).failed == 0
