"""The exact scanner against Python's csv module and against hand-made damage."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.package import Dialect
from toolkit.tables.scan import is_plain, records

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


@given(rows)
def test_well_quoted_text_without_blank_lines_is_plain(content: list[list[str]]) -> None:
    text = written(content, "\n", csv.QUOTE_ALL)
    assert is_plain(text.encode(), Dialect()) == ("\n\n" not in text)


@given(st.text(st.sampled_from(list('a,"\n\r ')), max_size=12))
def test_what_is_plain_has_no_faults(text: str) -> None:
    if is_plain(text.encode(), Dialect()):
        found = list(records(text, Dialect()))
        assert not [fault for record in found for fault in record.faults]
        assert len({record.line_end for record in found if record.line_end}) <= 1


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
