"""The form in which texts and quotations are compared; docs/quotations.md publishes its rules."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# The property White_Space of Unicode; Python's own idea of white space has four characters more.
_WHITE_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# The property Quotation_Mark of Unicode, and the letter that stands for an apostrophe.
_SINGLE = "\u2018\u2019\u201a\u201b\u2039\u203a\uff07\u02bc"
_DOUBLE = "«»“”„‟「」『』\u301d\u301e\u301f﹁﹂﹃﹄＂｢｣"
MARKS = frozenset(f"'\"{_SINGLE}{_DOUBLE}")


def spaced(text: str) -> str:
    """Return a text in NFC, each run of white space one blank, and none at either end."""
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def plain_marks(text: str) -> str:
    """Return a text of the same length with plain quotation marks and apostrophes."""
    # Faster by far than translate, which looks every character up.
    for plain, marks in (("'", _SINGLE), ('"', _DOUBLE)):
        for mark in marks:
            text = text.replace(mark, plain)
    return text


def normalise(text: str) -> str:
    r"""Return the form in which a text is compared and hashed.

    Unicode NFC; then each run of white space one blank, and none at either end; then typographic
    quotation marks and apostrophes plain ones. Nothing else is changed.

    >>> normalise("“It’s\xa0over,”\n he said")
    '"It\'s over," he said'
    """
    return plain_marks(spaced(text))


def sha256(normal: str) -> str:
    """Return the SHA-256 of a normalised text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(normal.encode("utf-8")).hexdigest()
