"""The passage of a text that is most like a quotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

# Of every so many characters of a quotation one may differ before no passage counts as like it.
_CHARACTERS_TO_A_CHANGE = 3
# The longest quotation that is sought so: what it takes grows with its square.
_LONGEST = 5_000
# How many pieces of a quotation are counted, and how many of them, the rarest, tell the place;
# one that stands in the text so often tells nothing.
_PIECES, _RAREST, _COMMON = 64, 16, 2_000
# How many places are looked at closely.
_PLACES = 3


class Passage(NamedTuple):
    """Where a passage begins and ends, and how many characters must change to make it."""

    begin: int
    end: int
    changes: int


def nearest(quotation: str, text: str) -> Passage | None:
    """Return the passage with the fewest changes; None if too much would have to change.

    A change replaces, adds or leaves out a character. Places are found by pieces that quotation
    and text share, so a passage without any such piece is not found.
    """
    allowed = len(quotation) // _CHARACTERS_TO_A_CHANGE
    if not allowed or len(quotation) > _LONGEST:
        return None
    found = [_aligned(quotation, text, *window) for window in _windows(quotation, text, allowed)]
    best = min(found, key=lambda passage: (passage.changes, passage.begin), default=None)
    return best if best and best.changes <= allowed else None


def _windows(quotation: str, text: str, allowed: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of the text that have most in common with the quotation.

    A shared piece tells where the quotation would begin. Changes move this by no more than their
    number, so that the pieces of one passage agree to within two neighbouring steps.
    """
    step = allowed + 1
    steps: Counter[int] = Counter()
    for offset, places in _pieces(quotation, text):
        steps.update({(place - offset) // step for place in places})
    both = {one: steps[one] + steps[one + 1] for one in {*steps, *(one - 1 for one in steps)}}
    for one in sorted(both, key=lambda one: (-both[one], one))[:_PLACES]:
        yield max(0, one * step - allowed), (one + 2) * step + len(quotation) + allowed


def _pieces(quotation: str, text: str) -> Iterator[tuple[int, list[int]]]:
    """Yield the offset of each of the rarest pieces, and its places in the text."""
    size = 4 if len(quotation) > 20 else 3 if len(quotation) > 5 else 2
    offsets = range(0, len(quotation) - size + 1, 1 + len(quotation) // _PIECES)
    counts = {offset: text.count(quotation[offset : offset + size]) for offset in offsets}
    found = [offset for offset in offsets if 0 < counts[offset] <= _COMMON]
    for offset in sorted(found, key=lambda offset: (counts[offset], offset))[:_RAREST]:
        piece, place = quotation[offset : offset + size], -1
        yield offset, [place := text.find(piece, place + 1) for _ in range(counts[offset])]


def _aligned(quotation: str, text: str, begin: int, end: int) -> Passage:
    window = text[begin:end]
    changes, stop = _fewest_changes(quotation, window, anywhere=True)
    # The same from behind, where the passage must begin at the end just found.
    _, length = _fewest_changes(quotation[::-1], window[:stop][::-1], anywhere=False)
    return Passage(begin + stop - length, begin + stop, changes)


def _fewest_changes(pattern: str, text: str, *, anywhere: bool) -> tuple[int, int]:
    """Return the fewest changes from the pattern to a part of the text, and where that part ends.

    The part begins at the beginning of the text or, if ``anywhere``, at any character. This is the
    algorithm of Myers (1999): each bit of an integer stands for a row of the table of distances.
    """
    rows = (1 << len(pattern)) - 1
    last = 1 << (len(pattern) - 1)
    stands_at: dict[str, int] = {}
    for row, char in enumerate(pattern):
        stands_at[char] = stands_at.get(char, 0) | 1 << row
    higher, lower = rows, 0
    changes = len(pattern)
    best = (changes, 0)
    for place, char in enumerate(text, 1):
        equal = stands_at.get(char, 0)
        diagonal = (((equal & higher) + higher) ^ higher) | equal | lower
        rising = lower | ~(diagonal | higher) & rows
        falling = higher & diagonal
        if rising & last:
            changes += 1
        elif falling & last:
            changes -= 1
        rising = (rising << 1 | (not anywhere)) & rows
        falling = falling << 1 & rows
        higher = falling | ~(diagonal | rising) & rows
        lower = rising & diagonal
        if changes < best[0]:
            best = (changes, place)
    return best
