"""R's serialisation of values in XDR, version 2, which every R since 1.4 reads.

After "Serialization Formats" in R Internals (cran.r-project.org/doc/manuals/R-ints.html): numbers
are big-endian, an item is its type and flags in four bytes and then its content, attributes are a
pairlist after the vector, and a symbol that stood before is a reference. There is no library for
it that does without pandas and writes attributes of columns.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SYMBOL, PAIRLIST, CHARACTERS, LOGICAL, INTEGER, DOUBLE, STRING, LIST = 1, 2, 9, 10, 13, 14, 16, 19
_REFERENCE, _NIL = 255, 254
_IS_OBJECT, _HAS_ATTRIBUTES, _HAS_TAG = 0x100, 0x200, 0x400
_UTF8, _ASCII = 0x8 << 12, 0x40 << 12
# Written by R 3.0.0, to be read by R 2.3.0 or later.
_HEADER = b"X\n" + struct.pack(">3i", 2, 0x030000, 0x020300)

MISSING_INTEGER = -(2**31)
# A NaN whose lower half is 1954.
_MISSING_DOUBLE = bytes.fromhex("7ff00000000007a2")


class Malformed(ValueError):
    """The bytes are not what `serialise` writes."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of R: None is NA. Those of a LIST are vectors, those of a LOGICAL 0 and 1."""

    type: int
    values: Sequence[object]
    attributes: dict[str, Vector] = field(default_factory=dict)


def serialise(value: Vector) -> Iterator[bytes]:
    """Yield the bytes of a value, piece by piece."""
    yield _HEADER
    yield from _item(value, {})


def _item(value: Vector, symbols: dict[str, int]) -> Iterator[bytes]:
    flags = _HAS_ATTRIBUTES if value.attributes else 0
    flags |= _IS_OBJECT if "class" in value.attributes else 0
    yield struct.pack(">2i", value.type | flags, len(value.values))
    if value.type == LIST:
        for one in value.values:
            assert isinstance(one, Vector)
            yield from _item(one, symbols)
    elif value.type == STRING:
        yield from map(_characters, value.values)
    elif value.type == DOUBLE:
        yield _doubles(value.values)
    else:
        yield _integers(value.values)
    if value.attributes:
        for name, attribute in value.attributes.items():
            yield struct.pack(">i", PAIRLIST | _HAS_TAG)
            yield _symbol(name, symbols)
            yield from _item(attribute, symbols)
        yield struct.pack(">i", _NIL)


def _symbol(name: str, symbols: dict[str, int]) -> bytes:
    if name in symbols:
        return struct.pack(">i", symbols[name] << 8 | _REFERENCE)
    symbols[name] = len(symbols) + 1
    return struct.pack(">i", SYMBOL) + _characters(name)


def _characters(text: object) -> bytes:
    if text is None:
        return struct.pack(">2i", CHARACTERS, -1)
    content = str(text).encode()
    flags = _ASCII if content.isascii() else _UTF8
    return struct.pack(">2i", CHARACTERS | flags, len(content)) + content


def _doubles(values: Sequence[object]) -> bytes:
    return b"".join(
        _MISSING_DOUBLE if value is None else struct.pack(">d", value) for value in values
    )


def _integers(values: Sequence[object]) -> bytes:
    numbers = [MISSING_INTEGER if value is None else value for value in values]
    return struct.pack(f">{len(numbers)}i", *numbers)


class Reader:
    """Reads one value back from the bytes that `serialise` gave; raises Malformed for others."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = len(_HEADER)
        self._symbols: list[str] = []
        if not content.startswith(_HEADER):
            raise Malformed("this is no serialisation of R in version 2")

    def value(self) -> Vector:
        """Return the value that stands next."""
        flags, length = self._numbers(2)
        type_ = flags & 0xFF
        if type_ == LIST:
            values: Sequence[object] = [self.value() for _ in range(length)]
        elif type_ == STRING:
            values = [self._characters() for _ in range(length)]
        elif type_ == DOUBLE:
            raw = self._take(8 * length)
            pieces = (raw[start : start + 8] for start in range(0, len(raw), 8))
            values = [
                None if piece == _MISSING_DOUBLE else struct.unpack(">d", piece)[0]
                for piece in pieces
            ]
        elif type_ in (INTEGER, LOGICAL):
            numbers = self._numbers(length)
            values = [None if number == MISSING_INTEGER else number for number in numbers]
        else:
            raise Malformed(f"a value of type {type_} is not expected")
        return Vector(type_, values, self._attributes() if flags & _HAS_ATTRIBUTES else {})

    def _attributes(self) -> dict[str, Vector]:
        attributes = {}
        while (flags := self._numbers(1)[0]) != _NIL:
            if flags & 0xFF != PAIRLIST:
                raise Malformed("attributes are no pairlist")
            name = self._symbol()
            attributes[name] = self.value()
        return attributes

    def _symbol(self) -> str:
        (flags,) = self._numbers(1)
        if flags & 0xFF == _REFERENCE:
            return self._symbols[(flags >> 8) - 1]
        self._symbols.append(self._characters() or "")
        return self._symbols[-1]

    def _characters(self) -> str | None:
        _, length = self._numbers(2)
        return None if length < 0 else self._take(length).decode()

    def _numbers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f">{count}i", self._take(4 * count))

    def _take(self, size: int) -> bytes:
        self._place += size
        piece = self._content[self._place - size : self._place]
        if size < 0 or len(piece) < size:
            raise Malformed("the file ends too early")
        return piece
