"""What a spreadsheet makes of a cell: the text that was meant, or how it was spoilt."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

from toolkit.findings import escape
from toolkit.package import Field, Schema
from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE
from toolkit.sheets import (
    EPOCH,
    MOST_CHARACTERS,
    MOST_DIGITS,
    Cell,
    CellKind,
    Format,
    plain_number,
    units,
)

_NUMBERS = ("integer", "number", "year")
_DATES = {
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "2024-12-05"),
    "datetime": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*", "2024-12-05T14:30:00Z"),
    "yearmonth": (r"[0-9]{4}-[0-9]{2}", "2024-12"),
}
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|BLOCKED!)|#{2,}")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_LONG = re.compile(r"-?[0-9]+\.[0-9]+")
_HARD_SPACES = "\u00a0\u2007\u202f\u200b\u2060\ufeff"
# What spreadsheets and word processors put for what was typed.
_TYPESET = re.compile(
    "[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2013\u2014\u2026]"
)
_AS_TEXT = "format the cell as Text and type"
_LAST_DAY = 2_958_465


class Spoilt(NamedTuple):
    """What is wrong with a cell, and what to do."""

    message: str
    hint: str


class Column(NamedTuple):
    """A column of a table: its field, if the schema has one; whether codes or keys fill it."""

    field: Field | None
    coded: bool

    @property
    def type(self) -> str:
        """The type of the field."""
        return self.field.type if self.field else "string"


def column_of(schema: Schema, name: str) -> Column:
    """Return what is known of a column."""
    if name not in schema.positions:
        return Column(None, False)
    field = schema.field(name)
    keys = {*schema.primary_key, *(one for key in schema.foreign_keys for one in key.fields)}
    return Column(field, name in keys or field.enum is not None)


def text_of(cell: Cell, column: Column) -> str | Spoilt:
    """Return the text that a cell stands for in a table, or how it was spoilt."""
    if cell.formula:
        return Spoilt(
            f"a formula stands here, whose value was {_quoted(cell.text)}",
            "type the value in its place, or copy the cell and paste its value alone",
        )
    if cell.kind == CellKind.TEXT:
        return cell.text
    if cell.kind == CellKind.ERROR:
        return Spoilt(
            f"the cell holds the error {escape(cell.text, 20)}", "type what belongs there"
        )
    if cell.kind == CellKind.TRUTH:
        return _truth(cell, column)
    if cell.kind == CellKind.DAY or cell.format == Format.DAY:
        return _day(cell, column)
    return _number(cell, column)


def _truth(cell: Cell, column: Column) -> str | Spoilt:
    if column.field is None or column.type != "boolean":
        word = "TRUE" if cell.text == "1" else "FALSE"
        return Spoilt(f"the text was turned into the truth value {word}", f"{_AS_TEXT} it again")
    name, default = (
        ("trueValues", DEFAULT_TRUE) if cell.text == "1" else ("falseValues", DEFAULT_FALSE)
    )
    return next(iter(column.field.texts(name, default)), "")


def _day(cell: Cell, column: Column) -> Spoilt:
    shown = cell.text[:30] if cell.kind == CellKind.DAY else _iso(cell.text)
    was = "date" if column.type in _DATES else "text"
    likely = f"; it shows {shown}" if shown else ""
    return Spoilt(
        f"the {was} was turned into the day number {escape(cell.text, 30)}{likely}",
        f"{_AS_TEXT} {f'the date as {shown}' if shown and was == 'date' else 'it again'}",
    )


def _iso(text: str) -> str:
    """Return the day, and time if there is one, that a number of Excel counts."""
    days = float(text)
    if not 61 <= days < _LAST_DAY + 1:
        return ""
    moment = EPOCH + timedelta(seconds=round(days * 86_400))
    return moment.date().isoformat() if days == int(days) else moment.isoformat()


def _number(cell: Cell, column: Column) -> str | Spoilt:
    shown = escape(cell.text, 30)
    if column.type in _DATES:
        day = _iso(cell.text) if column.type == "date" else ""
        likely = f" as {day}, if that is the day" if day else f" like {_DATES[column.type][1]}"
        return Spoilt(f"the date was turned into the number {shown}", f"{_AS_TEXT} it{likely}")
    if column.type not in _NUMBERS:
        return Spoilt(
            f"the text was turned into the number {shown}; zeros in front, signs and digits after "
            "the fifteenth are lost",
            f"{_AS_TEXT} it again",
        )
    if cell.format == Format.PERCENT:
        return Spoilt(f"the number {shown} is shown as per cent", f"{_AS_TEXT} the number itself")
    plain = plain_number(cell.text)
    if not plain:
        what = "in exponent form or too long" if "." not in cell.text or "E" in cell.text else ""
        what = what or "one that was computed, with more digits than anyone typed"
        return Spoilt(f"the number {shown} is {what}", f"{_AS_TEXT} the number, all its digits")
    return plain


def spoilt(text: str, former: str, column: Column) -> Spoilt | None:
    """Return how a text was spoilt that differs from what stood there before; None if it is not."""
    if _ERROR.fullmatch(text):
        return Spoilt(f"the cell holds the error {escape(text, 20)}", "type what belongs there")
    if text.startswith("="):
        return Spoilt("a formula stands here as text", "type the value in its place")
    if units(text) >= MOST_CHARACTERS:
        return Spoilt(
            f"the text has the {MOST_CHARACTERS:,} characters that a cell takes, so that its end "
            "may be lost",
            "change it in the file of the table instead",
        )
    if text and former[:1] in ("0", "+") and text == former.lstrip("0+"):
        return Spoilt(
            f"{_quoted(former)} has lost what it began with",
            f"{_AS_TEXT} {_quoted(former)}; if it is to be so, change it in the file of the table",
        )
    return _characters(text, column) or _form(text, column)


def _characters(text: str, column: Column) -> Spoilt | None:
    strict = column.coded or column.type != "string"
    hard = next(
        (one for one in (text if strict else text[:1] + text[-1:]) if one in _HARD_SPACES), ""
    )
    if hard:
        return Spoilt(
            f"{_quoted(text)} has a space that does not break, or one without width "
            f"(U+{ord(hard):04X})",
            "type the text again, with plain spaces only where they belong",
        )
    mark = _TYPESET.search(text) if strict else None
    if mark:
        return Spoilt(
            f"{_quoted(text)} has the typographic mark {mark[0]} (U+{ord(mark[0]):04X}), which "
            "no code, key, number or date has that was typed",
            "type it again with plain marks (', \", -); undo the correction with Ctrl-Z",
        )
    return None


def _form(text: str, column: Column) -> Spoilt | None:
    """Return what is wrong with the form of a date or number."""
    plain = column.field is None or column.field.format in ("default", "any")
    missing = column.field.missing_values if column.field else ()
    if text in missing:
        return None
    if column.type in _DATES and plain:
        pattern, example = _DATES[column.type]
        if not re.fullmatch(pattern, text):
            hint = f"{_AS_TEXT} the date like {example}"
            return Spoilt(f"{_quoted(text)} is no date in ISO form", hint)
    if (column.type in _NUMBERS or column.coded) and _EXPONENT.fullmatch(text):
        return Spoilt(
            f"{_quoted(text)} is in exponent form, in which digits are lost",
            f"{_AS_TEXT} all its digits",
        )
    long = _LONG.fullmatch(text) and len(text.strip("-0.")) > MOST_DIGITS + 1
    if column.type == "number" and long and plain_number(text) != text:
        hint = f"{_AS_TEXT} the number, no more digits than its source has"
        return Spoilt(f"the number {_quoted(text)} was computed", hint)
    return None


def has_hard_space(text: str) -> bool:
    """Whether a text has a space that does not break, or one without width."""
    return any(mark in text for mark in _HARD_SPACES)


def _quoted(text: str) -> str:
    return f"'{escape(text, 60)}'"
