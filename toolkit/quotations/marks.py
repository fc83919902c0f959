"""Which parts of a text stand inside quotation marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from toolkit.quotations.normal import MARKS, plain_marks

_BRACKETS = "([{"
# What may stand between a blank or the like and an opening mark, and begin a quotation.
_BEFORE = " /-–—:" + _BRACKETS
_BEGINNING = "…¿¡$£€#@" + _BRACKETS


def in_word(char: str) -> bool:
    """Whether a character is part of a word: a letter, digit or combining mark.

    Wide characters are words of their own, since Chinese and Japanese write no blanks.
    """
    if not char or unicodedata.east_asian_width(char) in "WF":
        return False
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def quoted_spans(spaced: str) -> list[tuple[int, int]]:
    """Return where the words inside quotation marks begin and end, single and double marks apart.

    ``spaced`` is a text with its typographic marks. A mark that is opened again before it is
    closed, as at every paragraph of a long quotation, goes on; one that is never closed counts for
    nothing.
    """
    plain = plain_marks(spaced)
    found: list[tuple[int, int]] = []
    for kind in "\"'":
        begin: int | None = None
        for place, opens in _marks(spaced, plain, kind):
            if opens is None:
                opens = begin is None
            if opens:
                begin = place + 1 if begin is None else begin
            elif begin is not None:
                found.append((begin, place))
                begin = None
    return sorted(found)


def _marks(spaced: str, plain: str, kind: str) -> Iterator[tuple[int, bool | None]]:
    """Yield the place of each mark, and whether it opens a quotation; None if that is not clear."""
    place = plain.find(kind)
    while place >= 0:
        before, after = spaced[place - 1 : place], spaced[place + 1 : place + 2]
        if kind == '"' or not (in_word(before) and in_word(after)):
            yield place, _opens(spaced[place], before, after)
        place = plain.find(kind, place + 1)


def _opens(mark: str, before: str, after: str) -> bool | None:
    begins = in_word(after) or _is_wide(after) or _any(after, _BEGINNING)
    opens = begins and (not before or _any(before, _BEFORE))
    closes = before not in ("", " ") and not begins
    if opens != closes:
        return opens
    # « words » has blanks on both sides, »words« is German: only now does the form decide.
    return {"Pi": True, "Ps": True, "Pf": False, "Pe": False}.get(unicodedata.category(mark))


def _is_wide(char: str) -> bool:
    return char != "" and unicodedata.east_asian_width(char) in "WF"


def _any(char: str, chars: str) -> bool:
    """Whether a character is one of these, or another mark, within which or beside which it is."""
    return char != "" and (char in chars or char in MARKS)
