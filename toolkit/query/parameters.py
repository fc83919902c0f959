"""Parameters of a query, as they are typed on a command line."""

from __future__ import annotations

import re
from datetime import date

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUTH = {"true": True, "false": False}


class BadName(Exception):
    """The name of a parameter or file cannot be used; the message says why."""


def parameter(text: str) -> tuple[str, object]:
    """Return the name and the value that ``name=value`` gives to a parameter. Raises BadName."""
    name, mark, value = text.partition("=")
    if not mark or not name.isidentifier():
        raise BadName(f"{text!r} is not written as name=value")
    if not is_text(value):
        raise BadName(f"the value of {name} is not UTF-8")
    return name, value_of(value)


def is_text(argument: str) -> bool:
    """Whether an argument was UTF-8: of what was not Python keeps the bytes as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in argument)


def value_of(text: str) -> object:
    """Return what a text says: an integer, a number, a day, a truth value, or else the text.

    >>> value_of("2024-12-05"), value_of("5"), value_of("05"), value_of("homs")
    (datetime.date(2024, 12, 5), 5, '05', 'homs')
    """
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return _TRUTH.get(text, text)
