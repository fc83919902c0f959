"""Finding a row by its names, however they are spelt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# From which likeness on a name counts as found, and as perhaps the same.
_LIKE, _SAME = 0.6, 0.85
# A likeness that is sure to be above those: of a name that is the text, or has all of its words.
_EXACT, _WORDS = 2.0, 1.0
_SHOWN = 8


class Name(NamedTuple):
    """One name of a row: the row's key, what the row is called, the name, and its plain form."""

    key: str
    title: str
    text: str
    plain: str


class Match(NamedTuple):
    """A row that was found, by which of its names, and how like that is to what was sought."""

    key: str
    title: str
    name: str
    likeness: float


def plain(text: str) -> str:
    """Return a name without case, accents and marks, by which names are compared.

    >>> plain("Al-Ḥasakah (City)")
    'al hasakah city'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = (" " if not char.isalnum() else char for char in apart if not _is_accent(char))
    return " ".join("".join(letters).split())


def _is_accent(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Lm", "Cf")


def search(text: str, names: Iterable[Name], limit: int = _SHOWN) -> list[Match]:
    """Return the rows whose names are most like a text, the most like first."""
    return _best(_matches(text, names, _LIKE), limit)


def similar(texts: Iterable[str], names: list[Name], limit: int = 3) -> list[Match]:
    """Return the rows one of whose names is so like one of the texts that it may be the same."""
    found = (match for text in texts if text for match in _matches(text, names, _SAME, words=False))
    return _best(found, limit)


def _matches(
    text: str, names: Iterable[Name], least: float, *, words: bool = True
) -> Iterator[Match]:
    sought = plain(text)
    parts = sought.split()
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False, b=sought)
    for name in names:
        if sought and sought == name.plain:
            yield Match(*name[:3], _EXACT)
        elif words and parts and _has_words(parts, name.plain):
            yield Match(*name[:3], _WORDS + len(sought) / (len(name.plain) + 1))
        elif not (_is_address(text) or _is_address(name.text)):
            matcher.set_seq1(name.plain)
            quick = matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least
            if quick and (likeness := matcher.ratio()) >= least:
                yield Match(*name[:3], likeness)


def _is_address(text: str) -> bool:
    """Whether a text is a web address: those of one site are much alike and mean other things."""
    return "://" in text


def _has_words(parts: list[str], name: str) -> bool:
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in parts)


def _best(found: Iterable[Match], limit: int) -> list[Match]:
    """Return the best match of each row, best first."""
    rows: dict[str, Match] = {}
    for match in sorted(found, key=lambda one: (-one.likeness, len(one.name), one.name, one.key)):
        rows.setdefault(match.key, match)
    return list(rows.values())[:limit]
