"""Where records are: the survey of a file against the exact scanner."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import write_package
from toolkit.checks import validate
from toolkit.package import Dialect, Resource
from toolkit.tables import survey as module
from toolkit.tables.contents import Contents, Unloadable, open_contents
from toolkit.tables.scan import records
from toolkit.tables.survey import survey

PIECES = ["a", "حماة", "", '"', '""', '"b"', ",", ",,", "\n", "\r\n", "\r", " ", "\x01", "x,y\n"]


@contextmanager
def contents(folder: Path, content: bytes, **options: Any) -> Iterator[Contents]:
    path = folder / "table.csv"
    path.write_bytes(content)
    given = {"encoding": "utf-8", "dialect": Dialect(), "schema": None, "descriptor": {}}
    resource = Resource("table", ("table.csv",), (path,), **{**given, **options})
    with closing(open_contents(resource, folder / "copy.csv")) as opened:
        yield opened


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join),
    st.integers(1, 3),
    st.booleans(),
)
def test_the_survey_finds_every_record_where_the_scanner_does(
    tmp_path_factory: pytest.TempPathFactory, text: str, width: int, exact: bool
) -> None:
    if not text:
        return
    with contents(tmp_path_factory.mktemp("survey"), text.encode()) as opened:
        found = survey(opened, Dialect(), width, exact=exact)
        expected = list(records(text, Dialect()))
        assert found.records == len(expected)
        for record in expected:
            place = found.place(record.number)
            assert place.line == record.line
            assert place.offset == len(text[: record.start].encode())


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("size", [64, 1 << 18])
def test_a_large_file_in_chunks_of_any_size(
    line_end: str, quoted: bool, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The places of faults are found wherever the chunks of the survey end."""
    monkeypatch.setattr(module, "_LARGE", size)
    monkeypatch.setattr(module, "_SMALL", 16)
    seed = random.Random(3)
    cell = f'"say ""so"",{line_end}then"' if quoted else "text"
    rows = [f"{n},{cell},z" for n in range(2000)]
    bad = sorted(seed.sample(range(1, 2000), 30))
    for n in bad:
        faults = [f"{n},x", f"{n},x,y,", f'{n},x"y,z', "", f'{n},"x"y,z', f"{n},\x02,z"]
        rows[n] = seed.choice(faults)
    text = line_end.join(rows) + line_end
    with contents(tmp_path, text.encode()) as opened:
        found = survey(opened, Dialect(), 3, exact=True)
        assert [block.record - 1 for block in found.blocks if not block.plain] == bad
        assert found.records == len(rows)
        starts = list(itertools.accumulate((len(row) + len(line_end) for row in rows), initial=0))
        for n in range(0, 2000, 7):
            assert found.place(n + 1).offset == starts[n]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        # Of each pair, the second makes up for the first where only delimiters are counted.
        (["1,x", "2,x,z,"], [("S004", 1), ("S005", 2)]),
        (["", "2,x,z,,"], [("S006", 1), ("S005", 2)]),
        (["1", "2,x,z,,"], [("S004", 1), ("S004", 1), ("S005", 2)]),
        (['1,x"y,z', "2,x,z"], [("S002", 1)]),
        (['1,"x" ,z', "2,x,z"], [("S002", 1)]),
        (['1, "x",z', "2,x,z"], [("S002", 1)]),
        (['1,"x"y,"z"', "2,x,z"], [("S002", 1)]),
        (['1,"x,z', "2,x,z"], [("S003", 1)]),
        (["1,\x02,z", "2,x,z"], [("S013", 1)]),
        (['1,"\x7f",z', "2,x,z"], [("S013", 1)]),
        (["1,\x85,z", "2,\xa9,z"], [("S013", 1)]),
        (["1,\ufffd,z", "2,\ufff0,z"], [("S013", 1)]),
        (["1,\udcff,z", "2,x,z"], [("S001", 1)]),
        (["1,x,\udcff", "2,x,z"], [("S001", 1)]),
    ],
)
def test_what_counting_alone_would_miss(
    line_end: str,
    faults: list[str],
    expected: list[tuple[str, int]],
    make_package: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Faults far from the beginning of a file, where chunks are cleared by counting."""
    monkeypatch.setattr(module, "_LARGE", 1 << 12)
    rows = [f'{n},"say ""so"",{line_end}then",z' for n in range(900)]
    rows[600:602] = faults
    text = line_end.join(["a,b,c", *rows, ""])
    fields = {"fields": [{"name": name} for name in "abc"]}
    root = make_package(table=(fields, text.encode("utf-8", "surrogateescape")))
    found = [(one.rule, one.record, one.line) for one in validate(root).findings]
    assert found == [(rule, 601 + nth, 1201 + nth) for rule, nth in expected]


SOUND = ["a,b", "حماة,x", '1,"q,r"', '2,"x""y"', '3,"l\nm"', "4,", ","]
FAULTY = ["", "5", "6,7,", "6,7,,", "8,9,10", 'x"y,1', '"a" ,b', '"a"b,c', "\x01,a", '"open,1']
FAULTY += ["1,\x85", "1,\ufeff", "r,s\r", "t\rt,u", "1,\udcff"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(SOUND), min_size=10, max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(FAULTY)), max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([16, 40, 100, 300]),
)
def test_counting_changes_no_finding(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[str],
    faults: list[tuple[int, str]],
    line_end: str,
    size: int,
) -> None:
    for place, row in faults:
        rows.insert(place, row)
    text = "\n".join(["a,b", *rows]).replace("\n", line_end)
    root = tmp_path_factory.mktemp("counting")
    schema = {"fields": [{"name": "a"}, {"name": "b"}]}
    write_package(root, {"t": (schema, text.encode("utf-8", "surrogateescape"))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LARGE", size)
        counted = validate(root, limit=0)
        patch.setattr(module.PlainRows, "counted", lambda *_: None)
        assert counted == validate(root, limit=0)


def test_counting_clears_well_formed_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGE", 1 << 12)
    lengths = []
    matched = module.PlainRows.matched

    def noted(grammar: Any, chunk: bytes, final: bool) -> Any:
        lengths.append(len(chunk))
        return matched(grammar, chunk, final)

    monkeypatch.setattr(module.PlainRows, "matched", noted)
    rows = [f'{n},"say ""so"",\nthen, حماة",' for n in range(900)]
    with contents(tmp_path, "\n".join(rows).encode()) as opened:
        assert survey(opened, Dialect(), 3).plain
    assert not lengths


def test_several_files_are_one_table(make_package: Any) -> None:
    """A repeated header is passed over; findings name the file and the line in it."""
    fields = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}
    root = make_package(table=(fields, [["a", "b"], ["1", "two\nlines"]]))
    (root / "more.csv").write_text("a,b\n2,x\nbad,y\n", encoding="utf-8")
    (root / "last.csv").write_text("3,x\nworse,y", encoding="utf-8")
    descriptor = (root / "datapackage.json").read_text(encoding="utf-8")
    one = '"path": "table.csv"'
    assert one in descriptor
    many = '"path": ["table.csv", "more.csv", "last.csv"]'
    (root / "datapackage.json").write_text(descriptor.replace(one, many), encoding="utf-8")
    report = validate(root)
    assert report.rows == {"table": 5}
    places = [(one.rule, one.file, one.record, one.line, one.value) for one in report.findings]
    assert places == [
        ("T002", "last.csv", 6, 2, "worse"),
        ("T002", "more.csv", 4, 3, "bad"),
    ]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from([*PIECES, "a,b\n"]), max_size=12).map("".join),
        min_size=1,
        max_size=3,
    )
)
def test_both_ways_of_reading_find_the_same(files: list[str]) -> None:
    """A file that DuckDB may read and one that it may not: the other dialect has a comment mark."""
    fields = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}
    resource: dict[str, Any] = {"name": "t", "schema": fields}
    resource["path"] = [f"{number}.csv" for number in range(len(files))]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for path, text in zip(resource["path"], ["a,b\n1,x\n" + files[0], *files[1:]], strict=True):
            Path(folder, path).write_bytes(text.encode())
        for dialect in ({}, {"commentChar": "\u2603"}):
            text = json.dumps({"name": "x", "resources": [{**resource, "dialect": dialect}]})
            Path(folder, "datapackage.json").write_text(text, encoding="utf-8")
            found.append([one.to_dict() for one in validate(folder).findings])
    assert found[0] == found[1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256", "utf-32"])
@pytest.mark.parametrize("compression", ["", "gz"])
def test_any_encoding_becomes_utf8(encoding: str, compression: str, tmp_path: Path) -> None:
    text = "مكان,a\nحماة,1\n"
    content = text.encode(encoding)
    content = gzip.compress(content) if compression else content
    with contents(tmp_path, content, encoding=encoding, compression=compression) as opened:
        assert opened.text(opened.start, opened.end) == text


def test_a_byte_that_is_no_text_stays_one(tmp_path: Path) -> None:
    """Two bytes that are no ASCII are not taken for one letter of UTF-8."""
    with contents(tmp_path, "a\né\n".encode(), encoding="ascii") as opened:
        assert opened.text(opened.start, opened.end) == "a\n\udcc3\udca9\n"


def test_a_small_file_that_inflates_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.tables.contents._HARMLESS_BYTES", 1 << 16)
    bomb = gzip.compress(bytes(1 << 24))
    with pytest.raises(Unloadable, match="inflates"), contents(tmp_path, bomb, compression="gz"):
        pass
    assert (tmp_path / "copy.csv").stat().st_size < 1 << 23


def test_findings_beyond_the_limit_are_counted_and_not_kept(make_package: Any) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "constraints": {"enum": ["x"]}}]
    root = make_package(table=({"fields": fields}, [["a", "b"], *[["one", "y"]] * 300_000]))
    report = validate(root, limit=3)
    assert [(group.rule, group.count) for group in report.groups] == [
        ("T002", 300_000),
        ("C009", 300_000),
    ]
    assert [one.line for one in report.findings] == [2, 2, 3, 3, 4, 4]
    assert sum(report.totals.values()) == 600_000


def test_blank_lines_without_number_are_few_blocks(tmp_path: Path) -> None:
    with contents(tmp_path, b"a,b\n1,x\n" + b"\n" * 50_000 + b"2,y\n") as opened:
        found = survey(opened, Dialect(), 2)
        assert found.records == 50_003
        assert len(found.blocks) < 100
        assert [one.number for one in found.suspects()] == list(range(3, 50_003))
        for number in (3, 4, 4_321, 50_002, 50_003):
            assert found.place(number) == (number, number + 5)
