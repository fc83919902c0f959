"""The difference of two texts as a unified diff, however large they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

_CONTEXT = 3
# From how many lines on no likeness is sought among lines that changed: that takes too long.
_LARGE = 20_000


def unified(name: str, old: str, new: str) -> Iterator[str]:
    """Yield the lines of the diff of a file, without line ends.

    A file in which many lines changed is compared line by line if it has as many as before, and
    otherwise taken to have changed from the first difference to the last one.
    """
    before, after = _split(old), _split(new)
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    changed = max(len(before), len(after)) - start - end
    if changed <= _LARGE:
        # Lines that are the same at both ends cost time and change nothing.
        first, last = max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)
        left, right = before[first : len(before) - last], after[first : len(after) - last]
        found = difflib.SequenceMatcher(None, left, right, autojunk=False)
        blocks = found.get_grouped_opcodes(_CONTEXT)
        hunks = [[_moved(block, first) for block in hunk] for hunk in blocks]
    elif len(before) == len(after):
        hunks = list(_line_by_line(before, after))
    else:
        hunks = [[("replace", start, len(before) - end, start, len(after) - end)]]
    yield f"--- a/{name}"
    yield f"+++ b/{name}"
    for hunk in hunks:
        yield from _hunk(hunk, before, after)


Block = tuple[str, int, int, int, int]


def _split(text: str) -> list[str]:
    """Return the lines of a text with their line feeds; no other character ends one."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _same(one: list[str], other: list[str]) -> int:
    """Return how many lines at the beginning are the same."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def _moved(block: Block, by: int) -> Block:
    tag, first, last, start, end = block
    return tag, first + by, last + by, start + by, end + by


def _line_by_line(before: list[str], after: list[str]) -> Iterator[list[Block]]:
    """Yield a hunk for each run of lines that differ, without context."""
    start = None
    for index in range(len(before) + 1):
        differ = index < len(before) and before[index] != after[index]
        if differ and start is None:
            start = index
        elif not differ and start is not None:
            yield [("replace", start, index, start, index)]
            start = None


def _hunk(hunk: list[Block], before: list[str], after: list[str]) -> Iterator[str]:
    first, last = hunk[0], hunk[-1]
    yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
    for tag, old, old_end, new, new_end in hunk:
        if tag == "equal":
            yield from _lines(" ", before[old:old_end])
        else:
            yield from _lines("-", before[old:old_end])
            yield from _lines("+", after[new:new_end])


def _range(start: int, end: int) -> str:
    """Return lines as a hunk names them: counted from 1, an empty range by the line before it."""
    count = end - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _lines(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
