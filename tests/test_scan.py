"""The exact scanner against Python's csv module and against hand-made damage."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.package import Dialect
from toolkit.tables.header import read_header
from toolkit.tables.scan import Role, records

# No control characters, U+FFFD or lone surrogates: those are faults of their own.
cell = st.text(
    st.one_of(
        st.sampled_from(list(',"\n;\t حé')),
        st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\ufffd"),
    ),
    max_size=8,
)
rows = st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=6)


def written(content: list[list[str]], line_end: str, quoting: int) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=line_end, quoting=quoting).writerows(content)
    return buffer.getvalue()


@given(rows, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_well_formed_text_is_read_as_python_reads_it(
    content: list[list[str]], line_end: str, quoting: int
) -> None:
    text = written(content, line_end, quoting)
    found = list(records(text, Dialect()))
    assert [record.cells for record in found] == content
    assert not [fault for record in found for fault in record.faults]
    assert [record.number for record in found] == list(range(1, len(content) + 1))
    # A record begins on the line after all line ends before it.
    assert [record.line for record in found] == [
        1 + len(text[: record.start].splitlines(keepends=True)) for record in found
    ] or any(char in text for char in "\v\f\x1c\x1d\x1e\x85\u2028\u2029")


@given(st.text(max_size=40))
def test_any_text_is_read_to_its_end(text: str) -> None:
    found = list(records(text, Dialect()))
    assert "".join(text[record.start : record.end] + record.line_end for record in found) == text


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('a,b\n1,x"y\n2,3\n', [(2, 2, "S002")]),
        ('a,b\n1,"x"y\n2,3\n', [(2, 2, "S002")]),
        ('a,b\n1, "x"\n2,3\n', [(2, 2, "S002")]),
        ('a,b\n1,"x\n2,3\n', [(2, 2, "S003")]),
        ('a,b\n"1\n",x\n3,"y\n', [(3, 4, "S003")]),
        ('a,b\n1,"x\n2,"y"\n', [(2, 2, "S003")]),
    ],
)
def test_a_quotation_mark_out_of_place_spoils_one_line(
    text: str, faults: list[tuple[int, int, str]]
) -> None:
    found = [
        (record.number, record.line, fault.code)
        for record in records(text, Dialect())
        for fault in record.faults
    ]
    assert found == faults


DIALECTS = [
    {"delimiter": ";"},
    {"delimiter": "%", "quote_char": "'"},
    {"escape_char": "\\"},
    {"escape_char": "\\", "double_quote": False},
    {"quote_char": "", "escape_char": "\\"},
    {"skip_initial_space": True},
    {"delimiter": "|", "quote_char": "#", "escape_char": "-", "skip_initial_space": True},
]


@settings(max_examples=400)
@given(st.text(st.sampled_from(list("aa,;|%\"'#\\- \n")), max_size=16), st.sampled_from(DIALECTS))
def test_sound_text_of_any_dialect_is_read_as_python_reads_it(
    text: str, properties: dict[str, Any]
) -> None:
    dialect = Dialect(**properties)
    found = list(records(text, dialect))
    # The scanner has no last line without an end, and Python none with an escaped one.
    if any(record.faults for record in found) or re.search(r"[-\\](\n|\Z)", text):
        return
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote_char or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
        doublequote=dialect.double_quote,
        escapechar=dialect.escape_char or None,
        skipinitialspace=dialect.skip_initial_space,
        strict=True,
    )
    assert [record.cells for record in found] == [row or [""] for row in reader]


@given(st.text(max_size=40), st.sampled_from(DIALECTS))
def test_any_text_of_any_dialect_is_read_to_its_end(text: str, properties: dict[str, Any]) -> None:
    found = list(records(text, Dialect(**properties)))
    assert "".join(text[record.start : record.end] + record.line_end for record in found) == text


def cells(text: str, **properties: Any) -> list[list[str]]:
    found = records(text, Dialect(**properties))
    return [record.cells for record in found if record.role != Role.SKIPPED]


def test_line_terminator() -> None:
    assert cells("id,name;1,a\nb;2,c", line_terminator=";") == [
        ["id", "name"],
        ["1", "a\nb"],
        ["2", "c"],
    ]
    assert cells("a||b&&1||2&&", delimiter="||", line_terminator="&&") == [["a", "b"], ["1", "2"]]


def test_comments_and_header_rows_are_told_apart() -> None:
    text = "title\n# it's \"so\nfruit\nid,name\nx,y\n# no\n1,2\n"
    dialect = Dialect(comment_char="#", comment_rows=(5,), header_rows=(3, 4))
    found = list(records(text, dialect))
    roles = ["skipped", "skipped", "header", "header", "skipped", "skipped", "data"]
    assert [record.role.value for record in found] == roles
    assert not [fault for record in found for fault in record.faults]
    labels, record = read_header(found, dialect)
    assert labels == ["fruit id", "fruit name"]
    assert record is not None
    assert record.number == 4


def test_the_first_row_that_is_no_comment_is_the_header() -> None:
    found = list(records("# a\n# b\nid\n1\n", Dialect(comment_char="#")))
    assert [record.role.value for record in found] == ["skipped", "skipped", "header", "data"]


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ("k1\nk1\n", ["k1"]),
        ("a,b\nc,d\n", ["a c", "b d"]),
        ("a,\n,d\n", ["a", "d"]),
        ("a,b,b\nc\n", ["a c", "b c", "b c"]),
    ],
)
def test_header_rows_are_joined(rows: str, labels: list[str]) -> None:
    dialect = Dialect(header_rows=(1, 2))
    assert read_header(records(rows, dialect), dialect)[0] == labels


@pytest.mark.parametrize(
    ("line", "properties"),
    [
        ('1, "x\n', {"escape_char": " ", "skip_initial_space": True}),
        ('1,""x\n', {"delimiter": ',"'}),
    ],
)
def test_the_search_for_closing_marks_is_bounded(line: str, properties: dict[str, Any]) -> None:
    text = line * 2000
    found = list(records(text, Dialect(**properties)))
    assert [record.line for record in found] == list(range(1, 2001))
    assert [[fault.code for fault in record.faults] for record in found] == [["S003"]] * 2000
    assert sum(record.sought for record in found) < 25 * len(text)


@given(
    st.text(st.sampled_from(list('aa,,,,"\\\n')), max_size=60),
    st.sampled_from([{}, {"escape_char": "\\"}, {"delimiter": ",,"}, {"line_terminator": ",a"}]),
)
def test_cells_beyond_the_columns_of_a_table_are_counted(
    text: str, properties: dict[str, Any]
) -> None:
    dialect = Dialect(**properties)
    whole = list(records(text, dialect))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.tables.scan.MOST_COLUMNS", 2)
        cut = list(records(text, dialect))
    assert [record.count for record in cut] == [len(record.cells) for record in whole]
    assert [record.cells for record in cut] == [record.cells[:3] for record in whole]
    assert [record.start for record in cut] == [record.start for record in whole]
    assert [record.sound for record in cut] == [record.sound for record in whole]
    assert all(record.sound or record.faults for record in cut)
