"""Regular expressions of the schema, in Python's syntax, for the engine that runs them.

The constraint ``pattern`` holds for the whole value. polars runs Rust's regular expressions, which
differ from Python's in many places; a pattern goes there only if it is made of parts that can be
written in both with the same meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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

    matcher(pattern)
    try:
        tree = _parser.parse(pattern)
        if tree.state.flags & ~re.UNICODE.value:
            return None
        rust = rf"\A(?:{_sequence(tree)})\z"
        polars.Series([""]).str.contains(rust)
    except (_NotTheSame, RecursionError, polars.exceptions.PolarsError):
        return None
    return rust


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a whole text matches, by Python's own engine.

    ValueError if the pattern is no regular expression.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    return lambda text: compiled.fullmatch(text) is not None


def _sequence(nodes: Any) -> str:
    return "".join(_node(str(operation), argument) for operation, argument in nodes)


def _node(name: str, argument: Any) -> str:
    if name == "LITERAL":
        return _char(argument)
    if name == "NOT_LITERAL":
        return f"[^{_char(argument)}]"
    if name == "ANY":
        return r"[^\n]"
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
        return f"(?:{_sequence(body)}){{{low},{'' if unbounded else high}}}"
    if name == "SUBPATTERN" and not argument[1] and not argument[2]:
        return f"(?:{_sequence(argument[-1])})"
    if name == "BRANCH":
        return f"(?:{'|'.join(map(_sequence, argument[1]))})"
    raise _NotTheSame


def _item(kind: str, value: Any) -> str:
    if kind == "LITERAL":
        return _char(value)
    if kind == "RANGE":
        return f"{_char(value[0])}-{_char(value[1])}"
    raise _NotTheSame


def _char(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF:
        raise _NotTheSame
    return rf"\x{{{code:x}}}"
