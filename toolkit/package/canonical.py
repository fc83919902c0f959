"""The canonical text of a cell: what it should be, wherever only one text can be meant.

Nothing here guesses. A text that could mean two things, such as 05/12/2024, stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime

from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE, Field, as_text

_LINE_END = re.compile(r"\r\n?")
# Eight digits may be day, month and year as well; so early a year is not what was meant.
_EARLIEST, _LATEST = 1500, 2199
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR_FIRST = r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _YEAR_FIRST,
        r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?",
        r"(?P<d>[0-9]{1,2})(?P<s>[/.-])(?P<m>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})",
        r"(?P<m>[0-9]{1,2})(?P<s>[/.-])(?P<d>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})",
        rf"(?P<d>[0-9]{{1,2}})[ -]{_MONTH}[ -](?P<y>[0-9]{{4}})",
        rf"{_MONTH} (?P<d>[0-9]{{1,2}}),? (?P<y>[0-9]{{4}})",
    )
)
_PACKED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
        r"(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})",
        r"(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<y>[0-9]{4})",
    )
)
_SPACED_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?)"
)
# More decimals than these may be the thousands of a language that groups digits by points.
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0{1,2}")


def iso_date(text: str) -> str | None:
    """Return the day that a text names as YYYY-MM-DD; None if it names none, or may name two.

    >>> iso_date("8 December 2024"), iso_date("25/12/2024"), iso_date("05/12/2024")
    ('2024-12-08', '2024-12-25', None)
    """
    days = {day for pattern in _DAYS if (day := _day(pattern.fullmatch(text)))}
    packed = [_day(pattern.fullmatch(text)) for pattern in _PACKED]
    if packed[0]:
        # ISO 8601 has it, but only if the digits are not day, month and year as well.
        days |= {day for day in packed if day and _EARLIEST <= day.year <= _LATEST}
    return days.pop().isoformat() if len(days) == 1 else None


def _day(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    month = found["m"]
    number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(found["y"]), number, int(found["d"]))
    except ValueError:
        return None


def normal(text: str) -> str:
    """Return a text in composed form (NFC), its lines ended by LF, without outer space."""
    return _composed(text).strip()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", _LINE_END.sub("\n", text) if "\r" in text else text)


def canonical_texts(one: Field | None) -> Callable[[str], str]:
    """Return a function that gives the canonical text of a cell of a field.

    The cell means the same as before. None is the field of a column that the schema does not have.
    """
    kept = _kept(one) if one else frozenset()
    missing = set(one.missing_values) - {""} if one else set()
    splits = str(one.descriptor.get("delimiter") or ",") if one and one.type == "list" else ""
    any_day = one is not None and one.type == "date" and one.format == "any"

    def canonical(text: str) -> str:
        if text in kept:
            return text
        # Space at the ends of a list that is separated by space makes items of its own.
        result = _composed(text) if splits.isspace() else normal(text)
        if any_day:
            result = iso_date(result) or result
        # What was no missing value does not become one, unless nothing was in the cell but space.
        return text if result in missing else result

    return canonical


def _kept(one: Field) -> frozenset[str]:
    """Return the texts that have a meaning just as they are written: missing values and codes."""
    codes = map(as_text, one.enum or ())
    words: tuple[str, ...] = ()
    if one.type == "boolean":
        words = one.texts("trueValues", DEFAULT_TRUE) + one.texts("falseValues", DEFAULT_FALSE)
    return frozenset((*one.missing_values, *codes, *words))


def fixed_texts(one: Field | None) -> Callable[[str], str]:
    """Return a function that gives the canonical text of a cell, mended where it is at fault."""
    canonical = canonical_texts(one)
    if one is None or not can_be_mended(one):
        return canonical
    mended = mended_texts(one)

    def fixed(text: str) -> str:
        result = canonical(text)
        return mended(result) or result

    return fixed


def can_be_mended(one: Field) -> bool:
    """Whether a fault of a cell may have one remedy; outer space is none of these faults."""
    any_day = one.type == "date" and one.format == "any"
    return one.type in _MENDS or any_day or (one.type == "string" and one.enum is not None)


def mended_texts(one: Field) -> Callable[[str], str | None]:
    """Return a function that gives for a cell that is not of its field's type what it should be.

    It gives None for a cell that is of the type, and wherever more than one value may be meant.
    A code that differs from one code of the field, and from no other, in capital letters only is
    mended as well.
    """
    mend = _MENDS[one.type](one) if one.type in _MENDS else _nothing
    known = _kept(one)
    codes = by_spelling(map(as_text, one.enum or ())) if one.type == "string" else {}

    def mended(text: str) -> str | None:
        if not text or text in known:
            return None
        return codes.get(text.casefold()) if codes else mend(text)

    return mended


def by_spelling(texts: Iterable[str]) -> dict[str, str]:
    """Return texts by their case-folded spelling, without those that share one."""
    found: dict[str, str] = {}
    double = set()
    for text in texts:
        if found.setdefault(text.casefold(), text) != text:
            double.add(text.casefold())
    return {folded: text for folded, text in found.items() if folded not in double}


def _nothing(text: str) -> None:
    return None


def _mend_date(one: Field) -> Callable[[str], str | None]:
    if one.format != "default":
        return _nothing

    def mend(text: str) -> str | None:
        day = iso_date(text)
        return day if day != text else None

    return mend


def _mend_datetime(one: Field) -> Callable[[str], str | None]:
    if one.format != "default":
        return _nothing

    def mend(text: str) -> str | None:
        found = _SPACED_TIME.fullmatch(text)
        if found is None:
            return None
        result = f"{found[1]}T{found[2]}"
        try:
            datetime.fromisoformat(result)
        except ValueError:
            return None
        return result

    return mend


def _mend_integer(one: Field) -> Callable[[str], str | None]:
    if any(name in one.descriptor for name in ("groupChar", "decimalChar", "bareNumber")):
        return _nothing

    def mend(text: str) -> str | None:
        found = _WHOLE.fullmatch(text)
        return found[1] if found else None

    return mend


def _mend_boolean(one: Field) -> Callable[[str], str | None]:
    true = one.texts("trueValues", DEFAULT_TRUE)
    false = one.texts("falseValues", DEFAULT_FALSE)
    sides = [{word.casefold(): word for word in reversed(words)} for words in (true, false)]

    def mend(text: str) -> str | None:
        found = [side[text.casefold()] for side in sides if text.casefold() in side]
        return found[0] if len(found) == 1 else None

    return mend


_MENDS: dict[str, Callable[[Field], Callable[[str], str | None]]] = {
    "date": _mend_date,
    "datetime": _mend_datetime,
    "integer": _mend_integer,
    "boolean": _mend_boolean,
}
