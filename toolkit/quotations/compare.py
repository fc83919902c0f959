"""A quotation held against a text: verbatim, altered or absent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from toolkit.quotations.marks import in_word, quoted_spans
from toolkit.quotations.nearest import nearest
from toolkit.quotations.normal import normalise, plain_marks, spaced

# A quotation of a few letters may stand in a text a million times; so many places are looked at.
_OCCURRENCES = 10_000
# How many differences are told, and how much of each.
_TOLD, _SHOWN = 5, 80


class Judgement(NamedTuple):
    """The rule that a quotation breaks, empty if it breaks none, and how it does."""

    rule: str = ""
    message: str = ""


@dataclass(frozen=True)
class Text:
    """A text as `normal.spaced` gives it, with its typographic marks: they tell what is quoted."""

    spaced: str

    @classmethod
    def of(cls, text: str) -> Text:
        """Return the text as it is compared."""
        return cls(spaced(text))

    @cached_property
    def normal(self) -> str:
        """The text, normalised; of the same length."""
        return plain_marks(self.spaced)

    @cached_property
    def _quoted(self) -> tuple[list[int], list[int]]:
        """Where quoted parts begin, in order, and how far those reach that begin so early."""
        spans = quoted_spans(self.spaced)
        return [begin for begin, _ in spans], list(accumulate((end for _, end in spans), max))

    def judge(self, quotation: str) -> Judgement:
        """Hold a quotation against the text."""
        wanted = normalise(quotation)
        stands = False
        for place in self._places(wanted):
            if self._is_quoted(place, place + len(wanted)):
                return Judgement()
            stands = True
        if stands:
            return Judgement("Q003", "the words stand in the text, but not inside quotation marks")
        return self._judge_missing(wanted)

    def _places(self, wanted: str) -> Iterator[int]:
        """Yield where the words stand, from the beginning of a word to the end of one."""
        place = -1
        for _ in range(_OCCURRENCES):
            place = self.normal.find(wanted, place + 1)
            if place < 0 or not wanted:
                return
            if not (self._in_word_at(place) or self._in_word_at(place + len(wanted))):
                yield place

    def _is_quoted(self, begin: int, end: int) -> bool:
        """Whether a part of the text lies inside quotation marks."""
        begins, ends = self._quoted
        before = bisect_right(begins, begin)
        return before > 0 and ends[before - 1] >= end

    def _in_word_at(self, place: int) -> bool:
        """Whether there is a word on both sides of a place."""
        text = self.normal
        return in_word(text[max(place - 1, 0) : place]) and in_word(text[place : place + 1])

    def _judge_missing(self, wanted: str) -> Judgement:
        passage = nearest(wanted, self.normal)
        if passage is None:
            return Judgement("Q002", "the text holds neither these words nor a passage like them")
        begin, end, _ = passage
        while self._in_word_at(begin):
            begin -= 1
        while self._in_word_at(end):
            end += 1
        differences = "; ".join(_differences(wanted.split(" "), self.normal[begin:end].split(" ")))
        return Judgement("Q001", f"the text has {differences}")


def _differences(quoted: list[str], printed: list[str]) -> Iterator[str]:
    """Yield in words what the text prints otherwise, the first differences only."""
    matcher = SequenceMatcher(None, quoted, printed, autojunk=False)
    changed = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    for kind, i, j, k, m in changed[:_TOLD]:
        ours, theirs = _shown(quoted[i:j]), _shown(printed[k:m])
        if kind == "replace":
            yield f"{theirs} for {ours}"
        elif kind == "delete":
            yield f"no {ours}{_where(quoted, i)}"
        else:
            yield f"{theirs} more{_where(quoted, i)}"
    if len(changed) > _TOLD:
        yield f"and {len(changed) - _TOLD} more differences"


def _where(words: list[str], index: int) -> str:
    return f" after {_shown(words[index - 1 : index])}" if index else " at the beginning"


def _shown(words: list[str]) -> str:
    text = " ".join(words)
    return f"'{text[:_SHOWN]}…'" if len(text) > _SHOWN else f"'{text}'"
