"""Regular expressions of the schema, in Python's syntax, for the engine that runs them.

The constraint ``pattern`` holds for the whole value. polars runs Rust's regular expressions, which
differ from Python's in many places; a pattern goes there only if it is made of parts that can be
written in both with the same meaning.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Any

_LARGEST_REPEAT = 1000


class _NotTheSame(Exception):
    """A part of a pattern that Rust cannot be trusted to read as Python does."""


def rust_pattern(pattern: str) -> str | None:
    r"""Return an anchored pattern with the same meaning in Rust; None if there is none.

    ValueError if the pattern is no regular expression.

    >>> rust_pattern("[a-z]+")
    '\\A(?:(?:[\\x{61}-\\x{7a}]){1,})\\z'
    """
    from re import _parser  # type: ignore[attr-defined]

    import polars

    check_pattern(pattern)
    try:
        tree = _parser.parse(pattern)
        if tree.state.flags & ~re.UNICODE.value:
            return None
        rust = rf"\A(?:{_sequence(tree, last=True)})\z"
        polars.Series([""]).str.contains(rust)
    except (_NotTheSame, RecursionError, polars.exceptions.PolarsError):
        return None
    return rust


def check_pattern(pattern: str) -> None:
    """Raise ValueError if a pattern is no regular expression of Python."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error) or type(error).__name__) from None


def _sequence(nodes: Any, *, last: bool) -> str:
    """Return the Rust of a sequence; ``last`` tells whether nothing of the pattern follows it."""
    end = len(nodes) - 1
    return "".join(
        _node(str(operation), argument, last=last and index == end)
        for index, (operation, argument) in enumerate(nodes)
    )


def _node(name: str, argument: Any, *, last: bool) -> str:
    if name == "LITERAL":
        return _char(argument)
    if name == "NOT_LITERAL":
        return f"[^{_char(argument)}]"
    if name == "ANY":
        return r"[^\n]"
    if name == "AT":
        return _place(str(argument), last=last)
    if name == "IN":
        negated = str(argument[0][0]) == "NEGATE"
        items = "".join(_item(str(kind), value) for kind, value in argument[negated:])
        return f"[{'^' if negated else ''}{items}]"
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        # Greedy or not makes no difference to whether the whole value matches.
        low, high, body = argument
        unbounded = str(high) == "MAXREPEAT"
        if low > _LARGEST_REPEAT or (not unbounded and high > _LARGEST_REPEAT):
            raise _NotTheSame
        return f"(?:{_sequence(body, last=False)}){{{low},{'' if unbounded else high}}}"
    if name == "SUBPATTERN" and not argument[1] and not argument[2]:
        return f"(?:{_sequence(argument[-1], last=last)})"
    if name == "BRANCH":
        return f"(?:{'|'.join(_sequence(branch, last=last) for branch in argument[1])})"
    raise _NotTheSame


def _place(name: str, *, last: bool) -> str:
    if name in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
        return r"\A"
    # Python's $ also stands before a last line end, which what follows it could match.
    if name == "AT_END_STRING" or (name == "AT_END" and last):
        return r"\z"
    raise _NotTheSame


def _item(kind: str, value: Any) -> str:
    if kind == "LITERAL":
        return _char(value)
    if kind == "RANGE":
        return f"{_char(value[0])}-{_char(value[1])}"
    if kind == "CATEGORY":
        return _category(str(value))
    raise _NotTheSame


@cache
def _category(name: str) -> str:
    """Return the characters that Python takes for digits, blanks or word characters."""
    kinds = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": str.isalnum}
    holds = kinds[name.rpartition("_")[2]]
    codes = [code for code in range(sys.maxunicode + 1) if holds(chr(code))]
    if name.endswith("WORD"):
        codes = sorted([*codes, ord("_")])
    starts = [code for code, before in zip(codes, [-2, *codes], strict=False) if code != before + 1]
    ends = [code for code, after in zip(codes, [*codes[1:], -2], strict=True) if code + 1 != after]
    ranges = "".join(
        rf"\x{{{start:x}}}-\x{{{end:x}}}" for start, end in zip(starts, ends, strict=True)
    )
    return f"[{'^' if 'NOT' in name else ''}{ranges}]"


def _char(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF:
        raise _NotTheSame
    return rf"\x{{{code:x}}}"
