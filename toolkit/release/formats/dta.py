"""Stata's files, format 118 (UTF-8, Stata 14 and later), after ``help dta`` of Stata.

A file is a run of tagged sections; a map tells where each begins. Every number is little-endian.
The library that writes such files needs numpy, in whose presence DuckDB complains at each exit, and
puts the time of writing into them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

BYTE, INT, LONG, DOUBLE, LONG_TEXT = 65530, 65529, 65528, 65526, 32768
LONGEST_TEXT = 2045
LONGEST_NAME = 32
LONGEST_LABEL = 80
_LONGEST_NOTE = 67_784
_CODES = {BYTE: "b", INT: "h", LONG: "i", DOUBLE: "d", LONG_TEXT: "8s"}
# What a type takes, from the least value to the largest; the next one stands for a missing value.
RANGES = {
    BYTE: (-127, 100),
    INT: (-32_767, 32_740),
    LONG: (-2_147_483_647, 2_147_483_620),
    DOUBLE: (float.fromhex("-0x1.fffffffffffffp+1023"), float.fromhex("0x1.fffffffffffffp+1022")),
}
_MISSING = {BYTE: 101, INT: 32_741, LONG: 2_147_483_621, DOUBLE: float.fromhex("0x1p+1023")}
_SECTIONS = (
    *("stata_dta", "map", "variable_types", "varnames", "sortlist", "formats"),
    *("value_label_names", "variable_labels", "characteristics", "data", "strls", "value_labels"),
)
# The bytes of a name, a format and a label, with the zero that ends them.
_NAME, _FORMAT, _LABEL = 129, 57, 321


class Malformed(ValueError):
    """The bytes are not what `serialise` writes."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: texts, or numbers of its type, None being a missing one.

    ``type`` is one of the codes above, or of a text the number of its bytes, up to LONGEST_TEXT.
    ``note`` is what ``notes`` shows; ``codes`` are the labels of values.
    """

    name: str
    type: int
    format: str
    values: Sequence[Any]
    label: str = ""
    note: str = ""
    codes: dict[int, str] = field(default_factory=dict)


def serialise(variables: Sequence[Variable], rows: int, label: str, time: str) -> bytes:
    """Return a file with ``rows`` observations; ``time`` is as in ``24 Nov 2026 23:00``."""
    count = len(variables)
    stamp, title = time.encode("ascii"), label.encode()
    coded = {one.name: one for one in variables if one.codes}
    header = (
        b"<header><release>118</release><byteorder>LSF</byteorder>"
        b"<K>%b</K><N>%b</N>"
        % (struct.pack("<H", count), struct.pack("<Q", rows))
        + b"<label>%b%b</label>" % (struct.pack("<H", len(title)), title)
        + b"<timestamp>%b%b</timestamp></header>" % (bytes([len(stamp)]), stamp)
    )
    sections = (
        _section("map", [bytes(8 * (len(_SECTIONS) + 2))]),
        _section("variable_types", (struct.pack("<H", one.type) for one in variables)),
        _section("varnames", (_padded(one.name, _NAME) for one in variables)),
        _section("sortlist", [bytes(2 * (count + 1))]),
        _section("formats", (_padded(one.format, _FORMAT) for one in variables)),
        _section(
            "value_label_names",
            (_padded(one.name if one.codes else "", _NAME) for one in variables),
        ),
        _section("variable_labels", (_padded(one.label, _LABEL) for one in variables)),
        _section("characteristics", _notes(variables)),
        _section("data", _observations(variables)),
        _section("strls", _long_texts(variables)),
        _section("value_labels", (_value_labels(name, one.codes) for name, one in coded.items())),
    )
    start = b"<stata_dta>" + header
    places = [0, len(start)]
    for section in sections:
        places.append(places[-1] + len(section))
    end = b"</stata_dta>"
    places.append(places[-1] + len(end))
    located = _section("map", [struct.pack(f"<{len(places)}Q", *places)])
    return b"".join((start, located, *sections[1:], end))


def _section(name: str, content: Iterable[bytes]) -> bytes:
    return b"".join((f"<{name}>".encode(), *content, f"</{name}>".encode()))


def _padded(text: str, size: int) -> bytes:
    return text.encode()[: size - 1].ljust(size, b"\0")


def _notes(variables: Sequence[Variable]) -> Iterator[bytes]:
    for one in variables:
        if one.note:
            # note0 is the number of notes.
            for name, text in (("note0", "1"), ("note1", one.note)):
                content = text.encode()[: _LONGEST_NOTE - 1].decode(errors="ignore").encode()
                named = _padded(one.name, _NAME) + _padded(name, _NAME)
                body = named + content + b"\0"
                yield b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>"


def _layout(types: Sequence[int]) -> struct.Struct:
    return struct.Struct("<" + "".join(_CODES.get(one) or f"{one}s" for one in types))


def _observations(variables: Sequence[Variable]) -> Iterator[bytes]:
    pack = _layout([one.type for one in variables]).pack
    columns = [_stored(number, one) for number, one in enumerate(variables, 1)]
    yield from (pack(*row) for row in zip(*columns, strict=True))


def _stored(number: int, one: Variable) -> list[Any]:
    """Return what stands in the data; a long text is told by its variable and observation."""
    if one.type in _MISSING:
        missing = _MISSING[one.type]
        return [missing if value is None else value for value in one.values]
    if one.type == LONG_TEXT:
        return [
            number.to_bytes(2, "little") + row.to_bytes(6, "little") if text else bytes(8)
            for row, text in enumerate(one.values, 1)
        ]
    return [text.encode() for text in one.values]


def _long_texts(variables: Sequence[Variable]) -> Iterator[bytes]:
    """Yield the long texts in the order of observations, then of variables."""
    long = [(number, one) for number, one in enumerate(variables, 1) if one.type == LONG_TEXT]
    for row, texts in enumerate(zip(*(one.values for _, one in long), strict=True), 1):
        for (number, _), text in zip(long, texts, strict=True):
            if text:
                content = text.encode() + b"\0"
                yield b"GSO" + struct.pack("<IQBI", number, row, 130, len(content)) + content


def _value_labels(name: str, codes: dict[int, str]) -> bytes:
    texts = [text.encode() + b"\0" for text in codes.values()]
    offsets = [sum(map(len, texts[:index])) for index in range(len(texts))]
    count = len(texts)
    table = struct.pack(f"<{2 + 2 * count}i", count, sum(map(len, texts)), *offsets, *codes)
    table += b"".join(texts)
    head = struct.pack("<i", len(table)) + _padded(name, _NAME) + bytes(3)
    return b"<lbl>" + head + table + b"</lbl>"


def read_columns(content: bytes) -> list[list[Any]]:
    """Return the values of each variable of a file that `serialise` gave, None where missing.

    Raises Malformed for anything else.
    """
    try:
        return _columns(content)
    except (IndexError, KeyError, UnicodeError, struct.error) as error:
        raise Malformed(f"this is no Stata file of version 118: {error}") from None


def _columns(content: bytes) -> list[list[Any]]:
    begin = content.index(b"<map>") if b"<map>" in content[:1_000] else -1
    if not content.startswith(b"<stata_dta><header><release>118<") or begin < 0:
        raise Malformed("this is no Stata file of version 118")
    places = struct.unpack_from(f"<{len(_SECTIONS) + 2}Q", content, begin + len("<map>"))
    if places[-1] != len(content):
        raise Malformed(f"the file has {len(content):,} bytes, not {places[-1]:,}")
    sections = {
        name: content[start + len(f"<{name}>") : end - len(f"</{name}>")]
        for name, start, end in zip(_SECTIONS[1:], places[1:], places[2:], strict=False)
    }
    types = [one for (one,) in struct.iter_unpack("<H", sections["variable_types"])]
    long = dict(_read_long_texts(sections["strls"]))
    rows = list(_layout(types).iter_unpack(sections["data"]))
    columns = zip(*rows, strict=True) if rows else ([] for _ in types)
    return [
        [_read(type_, value, long) for value in values]
        for type_, values in zip(types, columns, strict=True)
    ]


def _read(type_: int, value: Any, long: dict[bytes, str]) -> Any:
    if type_ in _MISSING:
        return None if value == _MISSING[type_] else value
    if type_ == LONG_TEXT:
        return long[value] if any(value) else ""
    return value.rstrip(b"\0").decode()


def _read_long_texts(content: bytes) -> Iterator[tuple[bytes, str]]:
    place, head = 0, struct.Struct("<3sIQBI")
    while place < len(content):
        _, number, row, _, size = head.unpack_from(content, place)
        place += head.size + size
        text = content[place - size : place - 1].decode()
        yield number.to_bytes(2, "little") + row.to_bytes(6, "little"), text
