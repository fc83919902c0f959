"""Long texts in short: cut, and two of them down to where they differ."""

from __future__ import annotations

# Characters of a text that are shown, and those kept around a difference.
MOST, _AROUND = 300, 40


def cut(text: str, most: int = MOST) -> str:
    """Return the beginning of a text, with a count of the characters that are left out."""
    left = len(text) - most
    return f"{text[:most]}… (and {left:,} characters)" if left > 0 else text


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Return two texts, cut down to where they differ if one is long."""
    if max(len(old), len(new)) <= MOST // 2:
        return old, new
    shorter = min(len(old), len(new))
    start = _same(old, new)
    end = min(_same(old[::-1], new[::-1]), shorter - start)
    first, last = max(start - _AROUND, 0), max(end - _AROUND, 0)
    return _between(old, first, last), _between(new, first, last)


def _same(old: str, new: str) -> int:
    """Return with how many characters that are the same two texts begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(old), len(new)))


def _between(text: str, first: int, last: int) -> str:
    middle = cut(text[first : len(text) - last])
    return f"{'…' if first else ''}{middle}{'…' if last else ''}"
