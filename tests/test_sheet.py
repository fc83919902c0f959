"""Tables edited in a spreadsheet: what is exported, taken back, and refused."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import REPOSITORY, write_package
from tests.reading import read_with
from tests.workbooks import (
    delete_row,
    edit,
    edit_sheet,
    parts_of,
    set_cell,
    sheet_part,
    text,
    write_parts,
)
from toolkit.cli import cli

KINDS = ["camp", "town"]
PLACES = {
    "fields": [
        {
            "name": "place_id",
            "title": "Place",
            "description": "Stays for ever.",
            "type": "string",
            "constraints": {"required": True},
        },
        {"name": "name", "type": "string", "constraints": {"required": True}},
        {"name": "kind", "type": "string", "constraints": {"enum": KINDS}},
        {"name": "founded", "type": "date"},
        {"name": "lat", "type": "number"},
        {"name": "code", "type": "string"},
        {"name": "open", "type": "boolean"},
        {"name": "people", "type": "integer"},
    ],
    "primaryKey": "place_id",
}
VISITS = {
    "fields": [
        {"name": "visit_id", "type": "string", "constraints": {"required": True}},
        {"name": "place_id", "type": "string"},
        {"name": "note", "type": "string"},
    ],
    "primaryKey": "visit_id",
    "foreignKeys": [
        {"fields": "place_id", "reference": {"resource": "places", "fields": "place_id"}}
    ],
}
# Quoted without need, and a number with a zero too many: lines that nobody touches stay so.
PLACES_CSV = (
    b"place_id,name,kind,founded,lat,code,open,people\n"
    b'aleppo,"Aleppo",town,1920-01-02,36.2000,007,true,10\n'
    b"hama,Hama,town,1921-03-04,35.13,008,false,\n"
    b'homs,"Homs, old",camp,,34.73,,,5\n'
)
VISITS_CSV = b"visit_id,place_id,note\nv1,aleppo,=1+1\nv2,hama,a _x0041_ b\r\nv3,homs,\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "package"
    root.mkdir()
    write_package(root, {"places": (PLACES, PLACES_CSV), "visits": (VISITS, VISITS_CSV)})
    return root


@pytest.fixture
def book(package: Path) -> Path:
    """Return a workbook of the whole package."""
    path = package.parent / "book.xlsx"
    assert run("export", package, "-o", path).exit_code == 0
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["sheet", *map(str, arguments)])


def take(book: Path, package: Path, *more: str) -> Result:
    return run("import", book, package, "--yes", *more)


def contents(package: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in package.iterdir()}


def refused(book: Path, package: Path, *faults: str) -> str:
    """Hold what is printed for a workbook with faults against their first lines."""
    before = contents(package)
    result = take(book, package)
    assert result.exit_code == 1, result.output
    assert contents(package) == before
    shown = [one.split("\n")[0] for one in result.stdout.split("\n\n")[:-1]]
    assert shown == list(faults)
    return result.stdout


def no_workbook(book: Path, package: Path) -> str:
    """Return the message for a file that is not taken back at all."""
    before = contents(package)
    result = take(book, package)
    assert result.exit_code == 2, result.output
    assert contents(package) == before
    return result.stderr.partition("Error: ")[2].strip()


# What is exported


def test_a_workbook_has_a_sheet_for_each_table(book: Path, tmp_path: Path) -> None:
    found = read_with("edit_sheet", book, tmp_path / "saved.xlsx", "places", "{}", 0)
    assert found["states"] == {
        "read me": "visible",
        "places": "visible",
        "visits": "visible",
        "_lists": "hidden",
        "_toolkit": "hidden",
    }
    assert found["names"] == {
        "codes_places_kind": "'_lists'!$A$2:$A$3",
        "codes_places_open": "'_lists'!$B$2:$B$3",
        "keys_places_place_id": "'_lists'!$C$2:$C$4",
    }
    # A list without another style stops whatever is not in it.
    assert found["lists"] == {
        "C2:C1048576": ["codes_places_kind", None],
        "G2:G1048576": ["codes_places_open", None],
    }
    assert found["frozen"] == "B2"
    # Every cell is text and formatted as such, and so are those that will be filled.
    assert found["formats"] == ["@"]
    assert found["kinds"] == ["s"]
    parts = parts_of(book)
    columns = re.findall("<col .*?/>", parts[sheet_part(parts, "places")].decode())
    assert all(' style="3"' in one for one in columns)
    dark, light = found["fills"]["place_id"], found["fills"]["kind"]
    assert found["fills"]["name"] == dark != light
    note = found["notes"]["place_id"]
    assert note.startswith("Place\nStays for ever.\nType: string\nMust be: primary key; required")


def test_keys_of_other_tables_are_offered_and_others_allowed(book: Path, tmp_path: Path) -> None:
    found = read_with("edit_sheet", book, tmp_path / "saved.xlsx", "visits", "{}", 0)
    # A list without another style stops whatever is not in it.
    assert found["lists"] == {"B2:B1048576": ["keys_places_place_id", "warning"]}


def test_no_cell_is_a_formula(book: Path) -> None:
    found = read_with("excel", book)
    assert found["sheets"]["visits"][1] == ["v1", "aleppo", "=1+1"]
    assert "f" not in found["kinds"]
    assert found["links"] == []


def test_the_same_package_gives_the_same_bytes(package: Path, book: Path) -> None:
    again = book.with_name("again.xlsx")
    run("export", package, "-o", again)
    assert again.read_bytes() == book.read_bytes()


def test_rows_are_chosen_by_value_and_by_key(package: Path, tmp_path: Path) -> None:
    def sheets(*options: str) -> dict[str, list[str]]:
        path = tmp_path / "part.xlsx"
        result = run("export", package, *options, "--force", "-o", path)
        assert result.exit_code == 0, result.output
        found = read_with("excel", path)["sheets"]
        tables = {"places", "visits"} & set(found)
        return {name: [row[0] for row in found[name][1:]] for name in tables}

    assert sheets("--table", "places") == {"places": ["aleppo", "hama", "homs"]}
    assert sheets("--where", "place_id=hama") == {"places": ["hama"], "visits": ["v2"]}
    assert sheets("--where", "kind=town", "--where", "kind=camp", "--where", "open=false") == {
        "places": ["hama"]
    }
    assert sheets("--id", "homs") == {"places": ["homs"]}
    assert sheets("--id", "homs", "--id", "v1") == {"places": ["homs"], "visits": ["v1"]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--table", "place"], "there is no table place; did you mean places?"),
        (["--id", "hams"], "no row has the key hams; did you mean homs or hama?"),
        (["--where", "kinds=x"], "no table has the field kinds"),
        (
            ["--table", "visits", "--where", "kind=x"],
            "visits has no field kind; leave the table out",
        ),
        (["--where", "kind=x"], "no row has these values"),
        (["--where", "kind"], "Invalid value for '--where': 'kind' is not FIELD=VALUE"),
    ],
)
def test_what_cannot_be_exported(
    package: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    result = run("export", package, *options, "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {message}"
    assert not (tmp_path / "x.xlsx").exists()


def test_a_workbook_is_not_replaced_unasked(package: Path, book: Path) -> None:
    result = run("export", package, "-o", book)
    assert result.exit_code == 2
    assert f"{book} is there already; --force replaces it." in result.stderr
    assert "must be called FILE.xlsx" in run("export", package, "-o", "a.csv").stderr


def test_tables_without_a_key_are_left_out(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    keyless = {"fields": [{"name": "a", "type": "string"}]}
    write_package(root, {"keyless": (keyless, b"a\nx\n"), "places": (PLACES, PLACES_CSV)})
    result = run("export", root, "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 0
    message = "keyless has no primary key, by which its rows could be found again"
    assert result.stderr == f"toolkit sheet: left out: {message}\n"
    result = run("export", root, "--table", "keyless", "-o", tmp_path / "y.xlsx")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_text_that_no_cell_takes(package: Path, tmp_path: Path) -> None:
    with (package / "visits.csv").open("a") as file:
        file.write(f"v4,homs,{'x' * 32_768}\n")
    result = run("export", package, "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 2
    assert "visits.csv: note of row 4 has more than the 32,767 characters" in result.stderr


def test_the_extra_is_named_that_is_missing(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    result = run("export", package, "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 2
    assert "install the toolkit with its extra: pip install '.[sheet]'" in result.stderr


# What is taken back


def test_nothing_changed(package: Path, book: Path) -> None:
    before = contents(package)
    result = take(book, package)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("\nno differences\n")
    assert contents(package) == before


def test_cells_rows_and_removals(package: Path, book: Path) -> None:
    set_cell(book, "places", "B3", text('Hama "city", on the Orontes'))
    for place, value in {"A9": "idlib", "B9": "Idlib", "C9": "town", "F9": "004"}.items():
        set_cell(book, "places", place, text(value))
    delete_row(book, "visits", 2)
    result = take(book, package, "--allow-removals")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "old  generated\n"
        "new  generated (book.xlsx)\n"
        "\n"
        "table   removed  added  renamed  changed  rows before  rows now\n"
        "places        0      1        0        1            3         4\n"
        "visits        1      0        0        0            3         2\n"
        "\n"
        "places\n"
        "  + idlib  Idlib\n"
        '  ~ hama  Hama "city", on the Orontes\n'
        """      name: 'Hama' → 'Hama "city", on the Orontes'\n"""
        "\n"
        "visits\n"
        "  - v1\n"
    )
    assert result.stdout.endswith("wrote places.csv\nwrote visits.csv\n")
    # Other lines keep their bytes: needless quotation marks, zeros, line ends.
    assert (package / "places.csv").read_bytes().splitlines(keepends=True) == [
        b"place_id,name,kind,founded,lat,code,open,people\n",
        b'aleppo,"Aleppo",town,1920-01-02,36.2000,007,true,10\n',
        b'hama,"Hama ""city"", on the Orontes",town,1921-03-04,35.13,008,false,\n',
        b'homs,"Homs, old",camp,,34.73,,,5\n',
        b"idlib,Idlib,town,,,004,,\n",
    ]
    assert (package / "visits.csv").read_bytes() == (
        b"visit_id,place_id,note\nv2,hama,a _x0041_ b\r\nv3,homs,\n"
    )


def test_another_library_saves_what_is_taken_back(package: Path, book: Path) -> None:
    """A workbook written anew by openpyxl, as by any other program, holds all that is needed."""
    saved = book.with_name("saved.xlsx")
    read_with("edit_sheet", book, saved, "places", json.dumps({"D4": "1922-05-06"}), 3)
    assert parts_of(saved) != parts_of(book)
    result = take(saved, package, "--allow-removals")
    assert result.exit_code == 1
    assert "'hama' is not in place_id of places" in result.stdout
    read_with("edit_sheet", book, saved, "places", json.dumps({"D4": "1922-05-06"}), 0)
    assert take(saved, package).exit_code == 0
    assert (package / "places.csv").read_bytes() == PLACES_CSV.replace(
        b"camp,,", b"camp,1922-05-06,"
    )


def test_removals_need_to_be_allowed(package: Path, book: Path) -> None:
    delete_row(book, "visits", 2)
    before = contents(package)
    result = take(book, package)
    assert result.exit_code == 1
    assert "  - v1\n" in result.stdout
    message = "1 row would be removed, which --allow-removals allows"
    assert result.stderr == f"toolkit sheet: nothing was written: {message}\n"
    assert contents(package) == before


def test_rows_that_were_not_exported_stay(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "part.xlsx"
    run("export", package, "--id", "hama", "-o", path)
    delete_row(path, "places", 2)
    set_cell(path, "places", "A3", text("idlib"))
    set_cell(path, "places", "B3", text("Idlib"))
    result = take(path, package, "--allow-removals", "--dry-run")
    assert "places        1      1        0        0            3         3" in result.stdout
    set_cell(path, "places", "A3", text("homs"))
    refused(
        path,
        package,
        "places!3:3: the row homs is new here, but the package has one with this key",
    )


def test_without_a_terminal_nothing_is_written_unasked(package: Path, book: Path) -> None:
    set_cell(book, "places", "B3", text("Hamah"))
    before = contents(package)
    result = run("import", book, package)
    assert result.exit_code == 2
    assert "name: 'Hama' → 'Hamah'" in result.stdout
    assert result.stderr == "toolkit sheet: nothing was written: without a terminal, --yes writes\n"
    result = take(book, package, "--dry-run")
    assert result.exit_code == 0
    assert result.stderr == "toolkit sheet: nothing was written: this was a dry run\n"
    assert contents(package) == before


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", False)])
def test_a_terminal_is_asked(
    package: Path, book: Path, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    set_cell(book, "places", "B3", text("Hamah"))
    monkeypatch.setattr("toolkit.cli.sheet.is_terminal", lambda: True)
    result = CliRunner().invoke(
        cli, ["sheet", "import", str(book), str(package)], input=f"{answer}\n"
    )
    assert result.exit_code == 0, result.output
    assert "Write these changes? [y/N]" in result.stderr
    assert (b"Hamah" in (package / "places.csv").read_bytes()) == written


def test_what_breaks_rules_is_not_written(package: Path, book: Path) -> None:
    set_cell(book, "places", "C3", text("city"))
    set_cell(book, "visits", "B4", text("idlib"))
    before = contents(package)
    result = take(book, package)
    assert result.exit_code == 1
    places = re.findall(r"^(\S+): (error \w+)", result.stdout, re.MULTILINE)
    assert places == [("places!C3", "error C009"), ("visits!B4", "error K005")]
    assert result.stderr == "toolkit sheet: nothing was written: the changes break rules\n"
    assert contents(package) == before


def test_a_fault_that_the_package_had_before_is_not_held_against_it(
    package: Path, book: Path
) -> None:
    (package / "visits.csv").write_bytes(VISITS_CSV + b"v4,nowhere,\n")
    path = book.with_name("new.xlsx")
    run("export", package, "-o", path)
    set_cell(path, "places", "B3", text("Hamah"))
    assert take(path, package).exit_code == 0
    assert b"Hamah" in (package / "places.csv").read_bytes()


# What changed on both sides


def change(package: Path, old: bytes, new: bytes) -> None:
    path = package / "places.csv"
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def test_a_workbook_is_done_with_once_it_was_taken_back(package: Path, book: Path) -> None:
    set_cell(book, "places", "B3", text("Hamah"))
    result = take(book, package)
    assert result.stderr.startswith("toolkit sheet: to go on editing, export anew: ")
    assert take(book, package).stdout.endswith("no differences\n")
    set_cell(book, "places", "B3", text("Hama city"))
    message = "the row hama was changed here and in the package since the export"
    assert "export anew" in refused(book, package, f"places!3:3: {message}")


def test_other_rows_of_the_package_may_change_meanwhile(package: Path, book: Path) -> None:
    change(package, b"aleppo,", b"afrin,Afrin,town,,,,,\naleppo,")
    change(package, b"34.73", b"34.74")
    set_cell(book, "places", "B3", text("Hamah"))
    result = take(book, package)
    assert result.exit_code == 0, result.output
    first = result.stderr.splitlines()[0]
    assert first == "toolkit sheet: places was changed in the package since the export"
    lines = (package / "places.csv").read_bytes().splitlines()
    assert lines[1] == b"afrin,Afrin,town,,,,,"
    assert lines[3] == b"hama,Hamah,town,1921-03-04,35.13,008,false,"
    assert lines[4] == b'homs,"Homs, old",camp,,34.74,,,5'


def test_the_same_change_on_both_sides_is_none(package: Path, book: Path) -> None:
    change(package, b"hama,Hama", b"hama,Hamah")
    set_cell(book, "places", "B3", text("Hamah"))
    assert take(book, package).stdout.endswith("no differences\n")


def test_rows_changed_on_both_sides(package: Path, book: Path) -> None:
    change(package, b"35.13", b"35.14")
    change(package, b'homs,"Homs, old",camp,,34.73,,,5\n', b"idlib,Idlib,,,,,,\n")
    change(package, b"1920-01-02", b"1920-01-03")
    set_cell(book, "places", "B3", text("Hamah"))
    set_cell(book, "places", "B4", text("Hims"))
    delete_row(book, "places", 2)
    set_cell(book, "places", "A9", text("idlib"))
    set_cell(book, "places", "B9", text("Idleb"))
    since = "since the export"
    refused(
        book,
        package,
        f"places!3:3: the row hama was changed here and in the package {since}",
        f"places!4:4: the row homs was changed here and removed from the package {since}",
        "places!9:9: the row idlib is new here, but the package has one with this key",
        f"places!A1: the row aleppo was deleted here and changed in the package {since}",
    )


def test_the_columns_of_a_table_changed_meanwhile(package: Path, book: Path) -> None:
    content = VISITS_CSV.replace(b"\r", b"").replace(b"\n", b",\n").replace(b"note,", b"note,new")
    (package / "visits.csv").write_bytes(content)
    refused(book, package, "visits: visits has other columns or another key by now")


def test_a_file_that_changes_while_it_is_decided(
    package: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolkit.edit.sheet import SheetImport

    set_cell(book, "places", "B3", text("Hamah"))
    set_cell(book, "visits", "C4", text("seen"))
    checked = SheetImport.check

    def meanwhile(self: SheetImport, *arguments: Any) -> Any:
        change(package, b"35.13", b"35.14")
        return checked(self, *arguments)

    monkeypatch.setattr(SheetImport, "check", meanwhile)
    result = take(book, package)
    assert result.exit_code == 2
    assert "places.csv was changed by somebody else since it was read" in result.stderr
    assert (package / "visits.csv").read_bytes() == VISITS_CSV


def test_an_identifier_that_was_removed_once_is_not_used_again(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    names = ("table_name", "id", "successor")
    graves = {
        "fields": [{"name": name, "type": "string"} for name in names],
        "primaryKey": ["table_name", "id"],
    }
    content = b"table_name,id,successor\nplaces,idlib,\n"
    write_package(root, {"places": (PLACES, PLACES_CSV), "tombstones": (graves, content)})
    run("export", root, "-o", tmp_path / "x.xlsx")
    set_cell(tmp_path / "x.xlsx", "places", "A5", text("idlib"))
    set_cell(tmp_path / "x.xlsx", "places", "B5", text("Idlib"))
    refused(tmp_path / "x.xlsx", root, "places!A5: the identifier idlib was removed once")


# What spreadsheets do to cells

DAY, PERCENT = "DAY", "PERCENT"


def styled(book: Path, number_format: int) -> int:
    """Add a style with a format of numbers to the workbook, and return its index."""
    styles = parts_of(book)["xl/styles.xml"].decode()
    count = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])  # type: ignore[index]
    new = f'<xf numFmtId="{number_format}" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    edit(book, "xl/styles.xml", lambda xml: xml.replace("</cellXfs>", new))
    return count


@pytest.mark.parametrize(
    ("place", "content", "message"),
    [
        ("D3", 't="n"><v>7734</v>', "the date was turned into the number 7734"),
        ("D3", DAY, "the date was turned into the day number 7734; it shows 1921-03-04"),
        ("D3", 't="d"><v>1921-03-04</v>', "the date was turned into the day number 1921-03-04; it "
         "shows 1921-03-04"),
        ("D3", text("04/03/1921"), "'04/03/1921' is no date in ISO form"),
        ("D3", text("Mar 4, 1921"), "'Mar 4, 1921' is no date in ISO form"),
        ("D3", text("7734"), "'7734' is no date in ISO form"),
        ("F3", 't="n"><v>8</v>', "the text was turned into the number 8; zeros in front, signs and "
         "digits after the fifteenth are lost"),
        ("F3", text("8"), "'008' has lost what it began with"),
        ("F3", DAY, "the text was turned into the day number 7734; it shows 1921-03-04"),
        ("F3", 't="b"><v>1</v>', "the text was turned into the truth value TRUE"),
        ("H3", 't="n"><v>1E+20</v>', "the number 1E+20 is in exponent form or too long"),
        ("H3", 't="n"><v>12345678901234567</v>',
         "the number 12345678901234567 is in exponent form or too long"),
        ("H3", text("1.2E+05"), "'1.2E+05' is in exponent form, in which digits are lost"),
        ("E3", 't="n"><v>34.730000000000004</v>', "the number 34.730000000000004 is one that was "
         "computed, with more digits than anyone typed"),
        ("E3", text("34.730000000000004"), "the number '34.730000000000004' was computed"),
        ("E3", PERCENT, "the number 7734 is shown as per cent"),
        ("C3", text("‘town’"), "'‘town’' has the typographic mark ‘ (U+2018), which no code, key, "
         "number or date has that was typed"),
        ("A3", text("ha–ma"), "'ha–ma' has the typographic mark – (U+2013), which no code, key, "
         "number or date has that was typed"),
        ("C3", text("to\u00a0wn"), "'to\u00a0wn' has a space that does not break, or one without "
         "width (U+00A0)"),
        ("A3", text("hama\u200b"), "'hama\\u200b' has a space that does not break, or one without "
         "width (U+200B)"),
        ("B3", text("Hama\u00a0"), "'Hama\u00a0' has a space that does not break, or one without "
         "width (U+00A0)"),
        ("B3", 't="str"><f>A3&amp;"x"</f><v>hamax</v>',
         "a formula stands here, whose value was 'hamax'"),
        ("B3", '><f t="shared" si="0"/><v>5</v>', "a formula stands here, whose value was '5'"),
        ("B3", text("=A3"), "a formula stands here as text"),
        ("B3", 't="e"><v>#N/A</v>', "the cell holds the error #N/A"),
        ("B3", text("#REF!"), "the cell holds the error #REF!"),
        ("B3", text("####"), "the cell holds the error ####"),
        ("B3", text("x" * 32_767), "the text has the 32,767 characters that a cell takes, so that "
         "its end may be lost"),
        ("K3", text("by the way"), "'by the way' stands beside the columns of the table"),
        ("A3", None, "place_id is empty, by which the row is told apart"),
        ("A3", text("homs"), "the key homs stands in A3 already"),
    ],
)  # fmt: skip
def test_spoilt_cells(
    package: Path, book: Path, place: str, content: str | None, message: str
) -> None:
    if content in (DAY, PERCENT):
        style = styled(book, 14 if content == DAY else 9)
        content = f's="{style}"><v>7734</v>'
    set_cell(book, "places", place, content)
    place = "A4" if "stands in" in message else place
    printed = refused(book, package, f"places!{place}: {message}")
    assert printed.split("\n")[1].startswith("  hint: ")


def test_a_hint_names_the_day_that_was_meant(package: Path, book: Path) -> None:
    set_cell(book, "places", "D3", 't="n"><v>45632</v>')
    printed = refused(book, package, "places!D3: the date was turned into the number 45632")
    hint = "format the cell as Text and type it as 2024-12-06, if that is the day"
    assert printed.split("\n")[1] == f"  hint: {hint}"


def test_numbers_and_truth_values_that_were_only_retyped(package: Path, book: Path) -> None:
    # Excel writes seventeen digits of what it shows with fifteen.
    set_cell(book, "places", "E3", 't="n"><v>34.729999999999997</v>')
    set_cell(book, "places", "H3", "><v>12</v>")
    set_cell(book, "places", "G3", 't="b"><v>1</v>')
    result = take(book, package)
    assert result.exit_code == 0, result.output
    assert b"hama,Hama,town,1921-03-04,34.73,008,true,12\n" in (package / "places.csv").read_bytes()


def test_cells_may_be_emptied(package: Path, book: Path) -> None:
    change(package, b"5\n", b"0\n")
    run("export", package, "--force", "-o", book)
    for place in ("D3", "F3", "H4"):
        set_cell(book, "places", place, None)
    assert take(book, package).exit_code == 0
    lines = (package / "places.csv").read_bytes().splitlines()
    assert lines[2:] == [b"hama,Hama,town,,35.13,,false,", b'homs,"Homs, old",camp,,34.73,,,']


def test_a_space_that_does_not_break_within_free_text_is_told(package: Path, book: Path) -> None:
    set_cell(book, "places", "B3", text("Hama\u00a0city"))
    result = take(book, package)
    assert result.exit_code == 0
    first = result.stderr.splitlines()[0]
    assert first == "toolkit sheet: places!B3: the text has a space that does not break"


def test_what_stood_there_before_is_not_held_against_a_row(tmp_path: Path) -> None:
    """Odd texts of the package itself come back as they are, though their rows change."""
    root = tmp_path / "p"
    root.mkdir()
    content = 'visit_id,place_id,note\nv–1,a\u00a0b,"=1+1\r\n#N/A"\nv2,,\x01<r>x</r>\n'.encode()
    schema = {**VISITS, "foreignKeys": []}
    write_package(root, {"visits": (schema, content)})
    path = tmp_path / "x.xlsx"
    run("export", root, "-o", path)
    assert take(path, root).stdout.endswith("no differences\n")
    set_cell(path, "visits", "C2", text("new"))
    assert "note: '=1+1\\r\\n#N/A' → 'new'" in take(path, root).stdout


# What spreadsheets do to sheets


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="B2:C3"/></mergeCells>',
         ["B2:C3: cells are merged: all but the first lost their values"]),
        ('<row r="3"', '<row hidden="1" r="3"', ["3:3: row 3 is hidden"]),
        ('<row r="3"', '<row ht="0" r="3"', ["3:3: row 3 is hidden"]),
        ("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ', ["2:4: rows 2 to 4 are hidden"]),
        ('<col min="2" max="2" ', '<col hidden="1" min="2" max="2" ',
         ["B:B: a column is hidden"]),
        ('<autoFilter ref="A1:H4"/>',
         '<autoFilter ref="A1:H4"><filterColumn colId="2"><filters><filter val="camp"/></filters>'
         "</filterColumn></autoFilter>",
         ["1:1: a filter is in use"]),
    ],
)  # fmt: skip
def test_spoilt_sheets(package: Path, book: Path, old: str, new: str, faults: list[str]) -> None:
    edit_sheet(book, "places", lambda xml: xml.replace(old, new))
    refused(book, package, *(f"places!{one}" for one in faults))


def test_columns_beyond_the_table_may_be_hidden(package: Path, book: Path) -> None:
    column = '<col min="9" max="16384" width="9" hidden="1"/></cols>'
    edit_sheet(book, "places", lambda xml: xml.replace("</cols>", column))
    assert take(book, package).exit_code == 0


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"C1": "type"}, ["C1: the column kind was renamed to type"]),
        ({"C1": None}, ["C1: the column kind is missing"]),
        (
            {"C1": "name"},
            ["C1: the name name stands in B1 already", "C1: the column kind is missing"],
        ),
        (
            {"G1": "people", "H1": None},
            ["G1: the column people has moved here from H1", "G1: the column open is missing"],
        ),
        (
            {"B1": "kind", "C1": "name"},
            ["B1: the column kind has moved here from C1", "C1: the column name has moved here "
             "from B1"],
        ),
        ({"I1": "extra"}, ["I1: the column extra is not one of the table"]),
        ({"C1": "kind "}, ["C1: the column kind was renamed to kind "]),
    ],
)  # fmt: skip
def test_spoilt_headers(
    package: Path, book: Path, cells: dict[str, str | None], faults: list[str]
) -> None:
    for place, value in cells.items():
        set_cell(book, "places", place, None if value is None else text(value))
    refused(book, package, *(f"places!{one}" for one in faults))


def rename(book: Path, old: str, new: str) -> None:
    edit(book, "xl/workbook.xml", lambda xml: xml.replace(f'name="{old}"', f'name="{new}"'))


def test_a_sheet_that_is_missing_and_one_too_many(package: Path, book: Path) -> None:
    rename(book, "visits", "Visits of May")
    refused(book, package, "visits: the sheet of visits is missing")
    assert take(book, package).stderr.splitlines()[0] == (
        "toolkit sheet: the sheet Visits of May was not exported and is not read"
    )


def test_an_extra_sheet_is_told_of_and_left_alone(package: Path, book: Path) -> None:
    rename(book, "read me", "my notes")
    result = take(book, package)
    assert result.exit_code == 0
    assert result.stderr == "toolkit sheet: the sheet my notes was not exported and is not read\n"


def test_a_hidden_sheet(package: Path, book: Path) -> None:
    hidden = 'name="visits" state="hidden"'
    edit(book, "xl/workbook.xml", lambda xml: xml.replace('name="visits"', hidden))
    refused(book, package, "visits: the sheet is hidden")


def test_faults_of_several_sheets_are_told_at_once(package: Path, book: Path) -> None:
    set_cell(book, "places", "B3", 't="e"><v>#N/A</v>')
    set_cell(book, "visits", "C3", 't="e"><v>#REF!</v>')
    refused(
        book,
        package,
        "places!B3: the cell holds the error #N/A",
        "visits!C3: the cell holds the error #REF!",
    )


def test_faults_of_cells_are_told_at_once(package: Path, book: Path) -> None:
    """What is no text, and texts that are not what they should be, in one go."""
    set_cell(book, "places", "B3", 't="e"><v>#N/A</v>')
    set_cell(book, "places", "C3", text("‘town’"))
    set_cell(book, "places", "D4", text("1.2.1922"))
    change(package, b"35.13", b"35.14")
    refused(
        book,
        package,
        "places!B3: the cell holds the error #N/A",
        "places!C3: '‘town’' has the typographic mark ‘ (U+2018), which no code, key, number or "
        "date has that was typed",
        "places!D4: '1.2.1922' is no date in ISO form",
    )


def test_of_many_faults_the_first_are_told(package: Path, book: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c></row>' for n in range(5, 1205))
    edit_sheet(book, "places", lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))
    result = take(book, package)
    assert result.stdout.count("the cell holds the error") == 50
    assert "… and 950 more\n" in result.stdout
    assert "the workbook has 1,000 faults or more" in result.stderr


# What is no workbook, or not the one


def test_workbooks_of_others(package: Path, book: Path, tmp_path: Path) -> None:
    edit(book, "xl/workbook.xml", lambda xml: xml.replace('name="_toolkit"', 'name="other"'))
    assert no_workbook(book, package).startswith("the workbook has no hidden sheet _toolkit: ")
    other = tmp_path / "other"
    other.mkdir()
    write_package(other, {"places": (PLACES, PLACES_CSV)}, name="elsewhere")
    run("export", other, "-o", tmp_path / "y.xlsx")
    assert no_workbook(tmp_path / "y.xlsx", package) == (
        "the workbook was made from the package elsewhere, this is generated; name its folder"
    )


def test_the_hidden_sheet_was_changed(package: Path, book: Path) -> None:
    set_cell(book, "_toolkit", "C5", text("0" * 32))
    assert no_workbook(book, package).startswith("the hidden sheet _toolkit was changed; ")


def test_files_that_are_no_workbook(package: Path, tmp_path: Path) -> None:
    def message(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return no_workbook(tmp_path / name, package)

    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    locked = ole + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    save = "save it as an Excel workbook (.xlsx)"
    assert message("a.xlsx", b"a,b\n") == f"a.xlsx is no Excel workbook; {save}"
    assert message("a.xls", ole) == f"a.xls is of an old form; {save}"
    assert message("b.xlsx", locked) == (
        f"b.xlsx is protected with a password; take it away, then {save}"
    )
    assert message("c.xlsx", b"PK\x03\x04 and no more").startswith(
        "c.xlsx is damaged or not to be trusted: the zip cannot be read: "
    )


def test_other_kinds_of_workbooks(package: Path, book: Path, tmp_path: Path) -> None:
    macros = tmp_path / "m.xlsm"
    macros.write_bytes(book.read_bytes())
    assert no_workbook(macros, package).startswith("m.xlsm may hold macros; ")
    types, plain = "[Content_Types].xml", "openxmlformats-officedocument.spreadsheetml.sheet.main"
    for kind, said in (
        ("ms-excel.sheet.macroEnabled.main", "holds macros"),
        ("openxmlformats-officedocument.spreadsheetml.template.main", "is no plain workbook"),
    ):
        path = tmp_path / "k.xlsx"
        path.write_bytes(book.read_bytes())
        edit(path, types, lambda xml, kind=kind: xml.replace(plain, kind))  # type: ignore[misc]
        assert no_workbook(path, package).startswith(f"k.xlsx {said}; ")
    for part, said in (
        ("xl/vbaProject.bin", "holds macros"),
        ("xl/externalLinks/externalLink1.xml", "has links to other workbooks"),
        ("xl/connections.xml", "has connections to other data"),
    ):
        write_parts(path, parts_of(book) | {part: b"<a/>"})
        assert no_workbook(path, package).startswith(f"k.xlsx {said}; ")
    open_document = tmp_path / "o.ods"
    write_parts(
        open_document, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "a": b""}
    )
    assert no_workbook(open_document, package) == (
        "o.ods is an OpenDocument file; save it as an Excel workbook (.xlsx), which LibreOffice can"
    )


def damaged(path: Path, package: Path) -> str:
    message = no_workbook(path, package)
    start = f"{path.name} is damaged or not to be trusted: "
    assert message.startswith(start)
    return message.removeprefix(start).partition(";")[0]


def test_entities_and_document_types(package: Path, book: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    for part in (
        *("xl/sharedStrings.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml", "_rels/.rels"),
        *("xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"),
    ):
        path = book.with_name("bomb.xlsx")
        path.write_bytes(book.read_bytes())
        edit(path, part, lambda xml: xml.replace("?>", f"?>{bomb}", 1))
        assert damaged(path, package) == (
            "a part of it declares a document type, which no workbook has"
        )


def test_no_part_is_read_that_was_not_checked(package: Path, book: Path) -> None:
    """A sheet whose part is called otherwise could hide a document type."""
    parts = parts_of(book)
    moved = {"xl/worksheets/sheet2.bin": parts.pop("xl/worksheets/sheet2.xml")}
    write_parts(book, parts | moved)
    links = "xl/_rels/workbook.xml.rels"
    edit(book, links, lambda xml: xml.replace("sheet2.xml", "sheet2.bin"))
    refused(book, package, "places: the sheet of places is missing")


def test_xml_that_is_none(package: Path, book: Path) -> None:
    edit(book, "xl/styles.xml", lambda xml: xml[:-20])
    assert damaged(book, package) == "its part styles.xml is no well-formed XML"


def test_zips_that_inflate(package: Path, book: Path) -> None:
    write_parts(book, parts_of(book) | {"xl/media/image1.png": bytes(200 << 20)})
    assert book.stat().st_size < 1 << 20
    assert damaged(book, package) == "the zip inflates to more than 134,217,728 bytes"


@pytest.mark.parametrize(
    ("name", "mode", "reason"),
    [
        ("xl/link.xml", stat.S_IFLNK, "is a link or a device"),
        ("../out.xml", 0, "leads out of the zip"),
    ],
)
def test_links_and_paths_in_the_zip(
    package: Path, book: Path, name: str, mode: int, reason: str
) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (mode | 0o644) << 16
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert damaged(book, package) == f"the entry {name} {reason}"


def test_a_relation_cannot_lead_out_of_the_workbook(package: Path, book: Path) -> None:
    secret = package.parent / "secret.xml"
    secret.write_text("<worksheet/>")
    for target in ("../../../../../secret.xml", str(secret), "file:///secret.xml"):
        path = book.with_name("out.xlsx")
        path.write_bytes(book.read_bytes())
        edit(
            path,
            "xl/_rels/workbook.xml.rels",
            lambda xml, to=target: xml.replace("worksheets/sheet2.xml", to),  # type: ignore[misc]
        )
        refused(path, package, "places: the sheet of places is missing")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('<row r="3"', '<row r="1"', "the rows of a sheet are not in their order"),
        ('<row r="3"', '<row r="3000000"', "a row or column has no proper number"),
        ('r="B3"', 'r="A3"', "the cells of a row are not in their order"),
        ('r="B3"', 'r="ZZZ3"', "the cells of a row are not in their order"),
        ('r="B3"', 'r="3B"', "a cell has no proper place"),
        ('r="B3" s="3" t="s"><v>', 'r="B3" t="s"><v>9999', "a cell names a text that is not there"),
        ('r="B3" s="3" t="s"><v>', 'r="B3"><v>x', "a number in a cell is none"),
        ('r="B3" s="3" t="s"', 'r="B3" t="q"', "a cell is of a kind that there is not"),
    ],
)
def test_damaged_sheets(package: Path, book: Path, old: str, new: str, message: str) -> None:
    edit_sheet(book, "places", lambda xml: xml.replace(old, new, 1))
    refused(book, package, f"places!A1: the sheet is damaged: {message}")


def test_merged_areas_cost_nothing(package: Path, book: Path) -> None:
    area = '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    edit_sheet(book, "places", lambda xml: xml.replace("</sheetData>", area))
    refused(
        book,
        package,
        "places!A1:XFD1048576: cells are merged: all but the first lost their values",
    )


def test_what_is_shown_of_a_stranger_does_not_act(package: Path, book: Path) -> None:
    set_cell(book, "places", "B3", text("_x001B_[31mred"))
    result = take(book, package, "--dry-run")
    assert "\x1b" not in result.output
    assert "name: 'Hama' → '\\x1b[31mred'" in result.stdout


def test_help_names_both_ways() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert re.findall(r"^  ([a-z]+) ", result.output, re.MULTILINE) == ["export", "import"]


def test_parts_are_found_as_they_are_listed(book: Path) -> None:
    assert sheet_part(parts_of(book), "places") == "xl/worksheets/sheet2.xml"


def test_the_walk_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands at the head of docs/sheets.md, with a correction made in between."""
    guide = (REPOSITORY / "docs" / "sheets.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", guide, flags=re.DOTALL)
    export, dry, write = (shlex.split(line, comments=True)[1:] for line in block.splitlines())
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "datapackage.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("toolkit.cli.sheet.is_terminal", lambda: True)
    runner = CliRunner()
    assert runner.invoke(cli, export).exit_code == 0
    set_cell(tmp_path / "hama.xlsx", "events", "B2", text("Opposition forces capture Hama"))
    before = (tmp_path / "data" / "events.csv").read_text(encoding="utf-8")
    result = runner.invoke(cli, dry)
    assert result.exit_code == 0, result.output
    old = "Opposition forces capture the city of Hama"
    assert f"title: '{old}' → 'Opposition forces capture Hama'" in result.stdout
    assert (tmp_path / "data" / "events.csv").read_text(encoding="utf-8") == before
    assert runner.invoke(cli, write, input="y\n").exit_code == 0
    after = before.replace(f"hama-captured,{old}", "hama-captured,Opposition forces capture Hama")
    assert (tmp_path / "data" / "events.csv").read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("_rels/.rels", "<Relationship ", "<x:Relationship "),
        ("xl/styles.xml", "<fonts", "<fonts<"),
        ("xl/workbook.xml", 'encoding="UTF-8"', 'encoding="x"'),
    ],
)
def test_parts_that_do_not_parse(package: Path, book: Path, part: str, old: str, new: str) -> None:
    edit(book, part, lambda xml: xml.replace(old, new))
    assert damaged(book, package) == f"its part {Path(part).name} is no well-formed XML"
