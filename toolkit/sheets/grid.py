"""The cells of a sheet, row by row, as the file has them (ECMA-376 part 1, 18.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from toolkit.sheets.cells import MOST_COLUMNS, MOST_DIGITS, MOST_ROWS
from toolkit.sheets.xml import Damaged, child, children, elements, is_true, name_of

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth value"
    ERROR = "error"
    DAY = "day"


class Format(StrEnum):
    """As what a number is shown."""

    PLAIN = "plain"
    DAY = "day"
    PERCENT = "percent"


class Cell(NamedTuple):
    """A cell that holds something, which may be a text without characters.

    ``text`` is what the file says: of a number its digits, of a truth value 0 or 1, of a day in the
    strict form of the standard its ISO 8601 form. ``formula`` tells that it was computed.
    """

    kind: CellKind
    text: str
    format: Format = Format.PLAIN
    formula: bool = False


class Line(NamedTuple):
    """A row of a sheet: its number from 1, whether it is hidden, its cells by column from 0."""

    number: int
    hidden: bool
    cells: dict[int, Cell]


@dataclass
class Grid:
    """The cells of a sheet, read once by iterating over it.

    What stands around the cells is known when all rows were read: ``hidden`` are the columns that
    are not shown, first and last from 0, ``merged`` the ranges of cells that are one, ``filtered``
    tells whether a filter is in use. Iterating raises Damaged.
    """

    path: Path
    texts: list[str]
    formats: list[Format]
    hidden: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    filtered: bool = False
    _all_hidden: bool = False

    def __iter__(self) -> Iterator[Line]:
        """Yield the rows that the file has, which leaves out most that are empty."""
        last = 0
        with self.path.open("rb") as file:
            for element in elements(file):
                if name_of(element) == "row":
                    line = self._line(element, last)
                    last = line.number
                    element.clear()
                    yield line
                else:
                    self._beside(name_of(element), element)

    def _beside(self, name: str, element: ElementTree.Element) -> None:
        if name == "col" and (is_true(element.get("hidden")) or element.get("width") == "0"):
            first, last = element.get("min", "1"), element.get("max", "1")
            self.hidden.append((_count(first) - 1, _count(last) - 1))
        elif name == "mergeCell":
            self.merged.append(element.get("ref", ""))
        elif name == "filterColumn":
            self.filtered = True
        elif name == "sheetFormatPr":
            self._all_hidden = is_true(element.get("zeroHeight"))

    def _line(self, element: ElementTree.Element, last: int) -> Line:
        number = _count(element.get("r", str(last + 1)))
        if not last < number <= MOST_ROWS:
            raise Damaged("the rows of a sheet are not in their order")
        hidden = element.get("hidden")
        cells: dict[int, Cell] = {}
        column = -1
        for one in children(element, "c"):
            following = column_of(one.get("r")) if one.get("r") else column + 1
            if not column < following < MOST_COLUMNS:
                raise Damaged("the cells of a row are not in their order")
            column = following
            cell = self._cell(one)
            if cell is not None:
                cells[column] = cell
        flat = element.get("ht") in ("0", "0.0")
        out = is_true(hidden) or flat or (hidden is None and self._all_hidden)
        return Line(number, out, cells)

    def _cell(self, element: ElementTree.Element) -> Cell | None:
        """Return what a cell holds; None if it holds nothing."""
        kind, formula = element.get("t", "n"), child(element, "f") is not None
        if kind == "inlineStr":
            inner = child(element, "is")
            text = None if inner is None else text_of(inner)
        else:
            value = child(element, "v")
            text = None if value is None else value.text or ""
        if text is None or (not text and kind in ("s", "n")):
            return Cell(CellKind.TEXT, "", formula=True) if formula else None
        style = index(element.get("s", "0"))
        shown = self.formats[style] if 0 <= style < len(self.formats) else Format.PLAIN
        if kind == "s":
            if not 0 <= index(text) < len(self.texts):
                raise Damaged("a cell names a text that is not there")
            return Cell(CellKind.TEXT, self.texts[index(text)], formula=formula)
        if kind in ("str", "inlineStr"):
            text = _unescaped(text) if kind == "str" else text
            return Cell(CellKind.TEXT, text, formula=formula)
        if kind == "n" and not _NUMBER.fullmatch(text):
            raise Damaged("a number in a cell is none")
        kinds = {"b": CellKind.TRUTH, "e": CellKind.ERROR, "d": CellKind.DAY, "n": CellKind.NUMBER}
        if kind not in kinds:
            raise Damaged("a cell is of a kind that there is not")
        return Cell(kinds[kind], text, shown, formula)


def index(text: str | None) -> int:
    """Return a number that counts something from 0; -1 if it is none that a workbook has."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else -1


def _count(text: str) -> int:
    number = index(text)
    if not 0 < number <= MOST_ROWS:
        raise Damaged("a row or column has no proper number")
    return number


def text_of(element: ElementTree.Element) -> str:
    """Return the text of a shared or inline one: that of its runs, without how it is spoken."""
    parts = []
    for one in element:
        if name_of(one) == "t":
            parts.append(one.text or "")
        elif name_of(one) == "r":
            parts += [part.text or "" for part in children(one, "t")]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Halves of surrogate pairs are made whole; one without the other is no character.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def column_of(place: str | None) -> int:
    """Return the column of a place such as AB12, counted from 0. Raises Damaged."""
    match = _PLACE.fullmatch(place or "")
    if match is None:
        raise Damaged("a cell has no proper place")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def place_of(row: int, column: int) -> str:
    """Return the place of a cell: its row counted from 1, its column from 0.

    >>> place_of(12, 27)
    'AB12'
    """
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def plain_number(text: str) -> str:
    """Return a number as it was typed; an empty text if fifteen digits do not give it back.

    Files hold up to seventeen digits, for 34.73 often 34.729999999999997; Excel shows fifteen.
    Where these are another number, it was computed. One that is very large or small is left alone.

    >>> plain_number("34.729999999999997"), plain_number("34.730000000000004")
    ('34.73', '')
    """
    number = float(text)
    short = f"{number:.{MOST_DIGITS}g}"
    if float(short) != number or abs(number) >= 10**MOST_DIGITS:
        return ""
    return f"{Decimal(short):f}"
