"""The documents of a release: whole, current, and harmless whatever the package says."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from markdown_it import MarkdownIt

from tests.reading import read_with
from tests.releasing import (
    HOSTILE,
    VERSION,
    facts_of,
    hostile_release,
    release_of,
    release_of_repository,
)
from toolkit.release.documents.diagram import Box, draw
from toolkit.release.documents.snippets import snippets

PAGES = ("codebook.html", "validation.html")
TEXTS = ("README.md", "codebook.md", "validation.md")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of_repository(tmp_path_factory.mktemp("documents"))


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


class Page(HTMLParser):
    """What a page is made of, as an independent parser sees it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.inline: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "input", "rect", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.inline[self.open[-1]] = self.inline.get(self.open[-1], "") + data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def check_harmless(text: str) -> Page:
    """Hold against a page everything that could act, fetch or lead astray."""
    page = Page(text)
    assert page.open == []
    allowed = {
        *("html", "head", "meta", "title", "style", "script", "body", "header", "main", "footer"),
        *("nav", "form", "label", "input", "output", "section", "figure", "h1", "h2", "h3", "p"),
        *("a", "ul", "li", "div", "table", "thead", "tbody", "tr", "th", "td", "span", "strong"),
        *("br", "svg", "path", "rect", "text"),
    }
    assert {tag for tag, _ in page.tags} <= allowed
    assert not [name for _, one in page.tags for name in one if name.startswith(("on", "style"))]
    assert not [name for _, one in page.tags for name in one if name in ("src", "action", "srcset")]
    for link in page.named("a"):
        target = link["href"] or ""
        assert re.match(r"#|https?://|(?:validation|codebook)\.html$", target), target
    (policy,) = [one["content"] for one in page.named("meta") if "http-equiv" in one]
    assert len(page.named("script")) == len(page.named("style")) == 1
    digest = {
        name: base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        for name, content in page.inline.items()
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest['style']}'; "
        f"script-src 'sha256-{digest['script']}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    ids = [one["id"] for _, one in page.tags if "id" in one]
    assert len(ids) == len(set(ids))
    targets = {(link["href"] or "")[1:] for link in page.named("a") if link["href"][0] == "#"}
    assert targets <= set(ids)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_nothing_else(name: str, release: Path) -> None:
    check_harmless(read(release, name))


def test_the_codebook_has_every_table_field_and_code(release: Path) -> None:
    descriptor = json.loads(read(release, "datapackage.json"))
    page, markdown = check_harmless(read(release, "codebook.html")), read(release, "codebook.md")
    html = MarkdownIt().enable("table").render(markdown)
    text = " ".join(Page(html).text.split())
    ids = {one["id"] for _, one in page.tags if "id" in one}
    for resource in descriptor["resources"]:
        schema = json.loads(read(release, resource["schema"]))
        assert f"table-{resource['name']}" in ids
        for field in schema["fields"]:
            assert f"field-{resource['name']}.{field['name']}" in ids
            assert field["description"] in page.text
            assert field["description"] in text
    lists = sorted(release.glob("schemas/codelists/*.csv"))
    assert len(lists) == 26
    for path in lists:
        assert f"codes-{path.stem}" in ids
        for row in rows_of(path):
            assert row["title"] in page.text
            assert row["title"] in text
    assert "X073" in page.text
    assert "Weak evidence has one upstream" in text


def test_the_codebook_counts_what_the_files_hold(release: Path) -> None:
    page, rows = (
        check_harmless(read(release, "codebook.html")),
        rows_of(release / "data/events.csv"),
    )
    filled = sum(1 for row in rows if row["note"])
    assert f"{filled:,} of {len(rows):,} filled" in page.text
    weak = sum(1 for row in rows if row["evidence"] == "weak")
    assert f"weak: {weak}" in page.text
    assert "For example: hama-captured" in page.text
    days = sorted(row["start_date"] for row in rows)
    assert f"{days[0]} to {days[-1]}" in page.text
    line = next(line for line in read(release, "codebook.md").splitlines() if "| weak |" in line)
    assert line.endswith(f"| {weak} |")


def test_the_readme_names_every_file_at_the_top(release: Path) -> None:
    text = read(release, "README.md")
    files = text.split("## Files")[1].split("## Tables")[0]
    named = set(re.findall(r"^\| ([^ -]\S+) \| [A-Z]", files, flags=re.MULTILINE)) - {"File"}
    found = {path.name + "/" * path.is_dir() for path in release.iterdir()} - {"README.md"}
    pages = {f"docs/{path.name}" for path in (release / "docs").glob("*.md")}
    assert "docs/limitations.md" in pages
    assert {name.replace("\\", "") for name in named} == found | pages
    assert "| docs/limitations.md | What the record cannot show |" in files
    for name in ("actors", "events", "tombstones"):
        rows = len(rows_of(release / "data" / f"{name}.csv"))
        assert f"| {name} | {rows:,} |" in text


def test_the_readme_says_how_to_cite(release: Path) -> None:
    assert (
        "> The Syria Offensive 2024 contributors (2026). The offensive that ended the Assad "
        f"government: an open, sourced record, 27 November to 8 December 2024. Version {VERSION} "
        r"\[data set\]."
    ) in read(release, "README.md").splitlines()


def printed(release: Path) -> Iterator[tuple[str, str, str]]:
    """Yield title, language and lines of each snippet as the README prints it."""
    pattern = r"^### ([^\n]+)\n\n```(\w+)\n(.*?)\n```$"
    found = re.findall(pattern, read(release, "README.md"), flags=re.MULTILINE | re.DOTALL)
    return iter(found)


def test_python_and_sql_run_as_printed(release: Path) -> None:
    outputs = {}
    for title, language, lines in printed(release):
        if language == "python" and "pandas" not in title:
            done = subprocess.run(
                [sys.executable, "-c", lines], cwd=release, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr.decode()
            outputs[title] = done.stdout.decode()
        elif title == "SQL, in DuckDB":
            path = release / "syria-offensive-2024.duckdb"
            with duckdb.connect(str(path), read_only=True) as con:
                outputs[title] = str(len(con.execute(lines).fetchall()))
        elif title == "SQL, in SQLite":
            with closing(sqlite3.connect(release / "syria-offensive-2024.sqlite")) as base:
                outputs[title] = str(len(base.execute(lines).fetchall()))
    expected = ["Python, with polars", "Python, with DuckDB", "SQL, in DuckDB"]
    if (release / "syria-offensive-2024.sqlite").exists():
        expected.append("SQL, in SQLite")
        assert outputs["SQL, in SQLite"] == "5"
    assert list(outputs) == expected
    with (release / "data" / "events.csv").open(encoding="utf-8", newline="") as handle:
        events = sum(1 for _ in csv.DictReader(handle))
    assert f"shape: ({events:_}, 20)" in outputs["Python, with polars"]
    assert "event_id" in outputs["Python, with DuckDB"]
    assert outputs["SQL, in DuckDB"] == "5"


def test_pandas_reads_the_rows_as_printed(release: Path) -> None:
    (lines,) = [lines for title, _, lines in printed(release) if title == "Python, with pandas"]
    found = read_with("run_pandas", release, lines)
    expected = rows_of(release / "data" / "events.csv")
    assert found["columns"] == list(expected[0])

    def plain(cell: object) -> str:
        return str(cell).lower().removesuffix(".0")

    assert [list(map(plain, row)) for row in found["rows"]] == [
        list(map(plain, row.values())) for row in expected
    ]


@pytest.mark.parametrize(
    ("path", "title", "code"),
    [
        (
            "package.sqlite",
            "SQL, in SQLite",
            '-- sqlite3 -readonly package.sqlite\nSELECT *\nFROM "t"',
        ),
        ("package.xlsx", "Excel and LibreOffice", "Open package.xlsx"),
        ("stata/t.dta", "Stata", 'use "stata/t.dta", clear'),
        ("r/t.rds", "R, from a file of R", 'rows <- readRDS("r/t.rds")'),
        (
            "package.gpkg",
            "QGIS, from a GeoPackage",
            "Layer > Add Layer > Add Vector Layer > package.gpkg",
        ),
        (
            "geojson/x.geojson",
            "QGIS, from GeoJSON",
            "Layer > Add Layer > Add Vector Layer > geojson/x.geojson",
        ),
    ],
)
def test_a_format_has_its_lines_where_its_file_is(
    path: str, title: str, code: str, tmp_path: Path
) -> None:
    table = ({"fields": [{"name": "a", "type": "string"}]}, [["a"], ["x"]])
    folder = release_of(tmp_path / "package", {"t": table}, name="package")
    target = folder / path
    target.unlink(missing_ok=True)
    with facts_of(folder) as facts:
        assert title not in [one.title for one in snippets(facts)]
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(b"")
        found = {one.title: one.code for one in snippets(facts)}
    assert found[title].startswith(code)


@pytest.mark.parametrize("table", ["a b", "t`x", '"; drop', "1st", "a-b"])
def test_names_that_need_quoting_have_no_lines(table: str, tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}]}
    folder = release_of(tmp_path / "package", {table: (schema, [["a"], ["x"]])})
    assert "## Load" not in read(folder, "README.md")
    check_harmless(read(folder, "codebook.html"))


def keyed(**references: list[str]) -> dict[str, tuple[dict[str, Any], Any]]:
    """Tables of one row each, in which a column of the name of a table refers to it."""
    tables = {}
    for name, others in references.items():
        fields = [{"name": "id", "type": "integer"}]
        fields += [{"name": f"to_{other}", "type": "integer"} for other in others]
        keys = [
            {
                "fields": f"to_{other}",
                "reference": {"resource": other if other != name else "", "fields": "id"},
            }
            for other in others
        ]
        schema = {"fields": fields, "primaryKey": "id", "foreignKeys": keys}
        header = [field["name"] for field in fields]
        tables[name] = (schema, [header, [1] * len(header)])
    return tables


def test_a_diagram_places_tables_behind_those_they_refer_to(tmp_path: Path) -> None:
    tables = keyed(d=["a", "c"], a=[], c=["b"], b=["a", "b"], alone=[])
    with facts_of(release_of(tmp_path / "package", tables)) as facts:
        found = draw(facts.tables)
    assert found is not None
    boxes = {box.name: box for box in found.boxes if box.lines is not None}
    order = sorted(boxes, key=lambda name: (boxes[name].x, name))
    assert order == ["a", "alone", "b", "c", "d"]
    assert boxes["a"].x == boxes["alone"].x < boxes["b"].x < boxes["c"].x < boxes["d"].x
    # The key from d to a passes the columns of b and c in gaps: three bends and two straights.
    # One bend each leads from b to a, from c to b, from d to c; that of b to itself is not drawn.
    assert len([curve for curve in found.curves if "C" in curve.path]) == 6
    assert len([curve for curve in found.curves if "H" in curve.path]) == 2


def test_no_two_boxes_of_the_diagram_overlap(release: Path) -> None:
    with facts_of(release) as facts:
        found = draw(facts.tables)
        again = draw(facts.tables)
        keys = sum(
            len([key for key in one.keys if key.resource != one.name]) for one in facts.tables
        )
    assert found == again
    assert found is not None
    assert len([box for box in found.boxes if box.lines is not None]) == 14

    def apart(a: Box, b: Box) -> bool:
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        return beside or a.y + a.height <= b.y or b.y + b.height <= a.y

    for index, box in enumerate(found.boxes):
        assert 0 <= box.x <= box.x + box.width <= found.width
        assert 0 <= box.y <= box.y + box.height <= found.height
        assert all(apart(box, other) for other in found.boxes[index + 1 :])
    starts = [curve for curve in found.curves if "C" in curve.path]
    assert len(starts) >= keys == 24


def test_tables_that_refer_to_each_other_have_a_diagram(tmp_path: Path) -> None:
    with facts_of(release_of(tmp_path / "package", keyed(a=["b"], b=["a"]))) as facts:
        found = draw(facts.tables)
    assert found is not None
    assert len(found.curves) == 2


@pytest.mark.parametrize(
    "tables",
    [keyed(a=[]), keyed(a=["a"]), keyed(t0=[], **{f"t{n}": ["t0"] for n in range(1, 61)})],
    ids=["no key", "only to itself", "too many"],
)
def test_there_is_no_diagram_of_nothing_or_too_much(
    tables: dict[str, tuple[dict[str, Any], Any]], tmp_path: Path
) -> None:
    folder = release_of(tmp_path / "package", tables)
    assert "<svg" not in read(folder, "codebook.html")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_release(tmp_path_factory.mktemp("hostile") / "package")


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_cannot_act_in_a_page(name: str, hostile: Path) -> None:
    page = check_harmless(read(hostile, name))
    assert HOSTILE in page.text
    assert "{{7*7}}" in page.text
    assert r"\x1b[31m\u202e" in page.text
    assert all("javascript" not in (link["href"] or "") for link in page.named("a"))


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_cannot_act_in_markdown(name: str, hostile: Path) -> None:
    text = read(hostile, name)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    page = Page(MarkdownIt("gfm-like", {"linkify": False}).render(text))
    assert {tag for tag, _ in page.tags} <= {
        *("h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
        *("blockquote", "pre", "code", "a"),
    }
    assert {link["href"] for link in page.named("a")} <= {"https://example.org/a%29b"}
    assert "<script>alert(1)</script>" in page.text
    assert "A heading" not in [line.lstrip("# ") for line in text.splitlines()]
    assert not re.search(r"@(?!\u200b)", text)


def test_waivers_and_warnings_stand_with_their_reasons(hostile: Path) -> None:
    codebook = check_harmless(read(hostile, "codebook.html"))
    assert f"X001 t 2 {HOSTILE} 2999-12-31" in codebook.text
    validation = check_harmless(read(hostile, "validation.html"))
    assert "2 rows in 1 tables held against" in validation.text
    assert "warning: 1 ." in validation.text
    assert "t.csv:2" in validation.text
    assert "## Waivers" in read(hostile, "codebook.md")


def test_the_readme_says_all_that_the_descriptor_says(tmp_path: Path) -> None:
    folder = release_of(
        tmp_path / "package",
        {"t": ({"fields": [{"name": "d", "type": "date", "missingValues": ["", "n/a"]}]}, [["d"]])},
        title="All",
        created="2024-02-29T00:00:00Z",
        id="10.1234/abc",
        homepage="https://example.org/all",
        licenses=[{"name": "CC0-1.0"}, {"path": "https://example.org/terms"}],
        contributors=[
            {"title": "Ada", "givenName": "Ada", "familyName": "Lovelace", "roles": ["creator"]},
            {"organization": "Press"},
        ],
    )
    text = read(folder, "README.md")
    assert text.startswith(
        "# All\n\n"
        "- Version: 1.0.0, 2024-02-29\n"
        "- Licence: CC0-1.0\n"
        "- Licence: [https\\://example.org/terms](https://example.org/terms)\n"
        "- Contributor: Ada (creator)\n"
        "- Contributor: Press\n"
        "- Homepage: [https\\://example.org/all](https://example.org/all)\n"
        "- DOI: [10.1234/abc](https://doi.org/10.1234/abc)\n\n"
        "## How to cite\n\n"
        "> Lovelace, Ada (2024). All. Version 1.0.0 \\[data set\\]. https\\://doi.org/10.1234/abc\n"
    )
    assert "- So do in some columns: n/a; see the codebook.\n" in text
    assert (
        "- Dates and times are written as in ISO 8601, unless the codebook says otherwise." in text
    )
    # What pandas would make of n/a has to be told to it, so that it is not shown.
    assert "pandas" not in text
    assert "| t | 0 |  |" in text


def test_columns_are_told_by_their_values(tmp_path: Path) -> None:
    fields = [
        {"name": "n", "type": "integer", "constraints": {"enum": [1, 2, 3]}},
        {"name": "x", "type": "number"},
        {"name": "b", "type": "boolean", "constraints": {"required": False}},
        {"name": "empty", "type": "string", "constraints": {"maxLength": 3}},
        {"name": "same", "type": "date", "format": "%d.%m.%Y"},
    ]
    rows = [["n", "x", "b", "empty", "same"]]
    rows += [["2", "-1.5", "true", "", "01.02.2024"], ["2", "10", "", "", "01.02.2024"]]
    folder = release_of(tmp_path / "package", {"t": ({"fields": fields}, rows)})
    lines = read(folder, "codebook.md").splitlines()
    start = lines.index("| Field | Type | Constraints | Holds | Description |")
    assert lines[start + 2 : start + 7] == [
        "| n | integer | one of 1, 2, 3 | 2 of 2 filled; 1 distinct; 2: 2 |  |",
        "| x | number |  | 2 of 2 filled; 2 distinct; -1.5 to 10.0 |  |",
        "| b | boolean |  | 1 of 2 filled; 1 distinct; true: 1 |  |",
        "| empty | string | maxLength 3 | 0 of 2 filled |  |",
        "| same | date, format %d.%m.%Y |  | 2 of 2 filled; 1 distinct; always 2024-02-01 |  |",
    ]
    assert "one of 1, 2, 3" in check_harmless(read(folder, "codebook.html")).text


def test_the_most_frequent_values_come_first(tmp_path: Path) -> None:
    field = {"name": "k", "type": "string", "constraints": {"enum": list("abcdefg")}}
    rows = [["k"], *([letter] for letter in "gfedcbaggff")]
    folder = release_of(tmp_path / "package", {"t": ({"fields": [field]}, rows)})
    held = "11 of 11 filled; 7 distinct; f: 3; g: 3; a: 1; b: 1; c: 1; 2 more"
    assert f"| k | string | one of a, b, c, d, e, f, g | {held} |  |" in read(folder, "codebook.md")
