"""Identifiers that are readable and safe everywhere: lower-case ASCII words joined by hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

# Letters that no normalisation takes apart.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_APOSTROPHES = re.compile("['’‘ʼʻʿʾ`]")


def slug(text: str) -> str:
    """Return the words of a text as an identifier; empty where they are not in Latin letters.

    >>> slug("Khan Shaykhun’s Łódź road")
    'khan-shaykhuns-lodz-road'
    """
    plain = _APOSTROPHES.sub("", text.casefold()).translate(_LETTERS)
    ascii_ = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", ascii_))


def cut(identifier: str, longest: int | None) -> str:
    """Return an identifier cut after a word, so that it has no more than so many characters."""
    if longest is None or len(identifier) <= longest:
        return identifier
    return identifier[: longest + 1].rpartition("-")[0] or identifier[:longest]


def suggestion(
    of: Sequence[str],
    further: Sequence[str],
    longest: int | None,
    is_free: Callable[[str], bool],
) -> str:
    """Return an identifier made of texts, with as many of the ``further`` ones as make it free.

    It is empty if none is free, or if one of the first texts gives no word.
    """
    parts = [slug(text) for text in of]
    if not all(parts):
        return ""
    for extra in ["", *map(slug, further)]:
        if extra:
            parts.append(extra)
        whole = cut("-".join(parts), longest)
        if is_free(whole):
            return whole
    return ""
