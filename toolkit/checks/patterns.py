"""Regular expressions of the schema, in Python's syntax, for the engine that runs them.

The constraint ``pattern`` holds for the whole value. polars runs Rust's regular expressions, which
differ from Python's in many places; a pattern goes there only if it is made of parts that mean the
same in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_LARGEST_REPEAT = 1000


def rust_pattern(pattern: str) -> str | None:
    r"""Return an anchored pattern with the same meaning in Rust; None if that is not certain.

    >>> rust_pattern("[a-z]+")
    '\\A(?:[a-z]+)\\z'
    """
    from re import _parser  # type: ignore[attr-defined]

    tree = _parser.parse(pattern)
    if (
        tree.state.flags & ~re.UNICODE.value
        or not _same(tree)
        or "(?" in pattern.replace("(?:", "")
    ):
        return None
    # Inside a class, Rust gives these pairs a meaning of their own.
    if re.search(r"\[[^\]]*(\[|&&|--|~~)", pattern):
        return None
    return rf"\A(?:{pattern})\z"


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a whole text matches, by Python's own engine."""
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _same(node: Any) -> bool:
    """Whether a parsed pattern is made of literals, sets, ranges, groups, branches and repeats."""
    for operation, argument in node:
        name = str(operation)
        if name in ("LITERAL", "NOT_LITERAL", "ANY"):
            continue
        if name == "IN":
            if any(str(kind) not in ("LITERAL", "RANGE", "NEGATE") for kind, _ in argument):
                return False
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, body = argument
            if low > _LARGEST_REPEAT or (str(high) != "MAXREPEAT" and high > _LARGEST_REPEAT):
                return False
            if not _same(body):
                return False
        elif name == "SUBPATTERN":
            if not _same(argument[-1]):
                return False
        elif name == "BRANCH":
            if not all(_same(branch) for branch in argument[1]):
                return False
        else:
            return False
    return True
