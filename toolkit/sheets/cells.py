"""Values in the cells of an Excel workbook (Office Open XML, ECMA-376).

A cell holds a text, a number or a truth value, never a formula or a link. Excel keeps fifteen
digits of a number, and its days begin in 1900, of which it takes the first two months otherwise
than the calendar does (ECMA-376 part 1, 18.17.4.1). So there stand as text: integers of more than
fifteen digits, NaN and INF, days before 1 March 1900, and times finer than a millisecond.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# "Excel specifications and limits", support.microsoft.com.
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
MOST_DIGITS = 15

EPOCH = datetime(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)


class _Exact(float):
    """A number that is written with as many digits as it takes to read it back."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def units(text: str) -> int:
    """Return how many characters Excel counts in a text: the UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def write_value(sheet: Worksheet, row: int, column: int, value: Any, style: Any = None) -> None:
    """Write a typed value; None leaves the cell empty. ``style`` is for numbers, days and times."""
    if value is None:
        return
    cell = _cell(value)
    if isinstance(cell, str):
        write_text(sheet, row, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    else:
        sheet.write_number(row, column, cell, style)


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Any = None) -> None:
    """Write a text as it is, of no more than `MOST_CHARACTERS`."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library would take it for markup of its own, unless it comes in parts.
        parts = (text[:1], text[1:2], text[2:])
        sheet.write_rich_string(row, column, *parts, *([style] if style else []))
    else:
        sheet.write_string(row, column, text, style)


def _cell(value: Any) -> str | bool | int | float:
    """Return what a cell holds for a typed value; days are counted from 30 December 1899."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**MOST_DIGITS else str(value)
    if isinstance(value, float):
        if isfinite(value):
            return _Exact(value)
        return "NaN" if value != value else f"{'-' if value < 0 else ''}INF"
    if isinstance(value, time):
        return value.isoformat() if value.microsecond % 1000 else _Exact(_days(value))
    moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
    if moment.date() < _FIRST_DAY or moment.microsecond % 1000:
        return str(value.isoformat())
    return _Exact((moment - EPOCH).days + _days(moment.time()))


def _days(clock: time) -> float:
    since = timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
    return since / timedelta(days=1)
