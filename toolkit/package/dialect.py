"""CSV Dialect: how the cells of a delimited file are written."""

from __future__ import annotations

from typing import Any

from toolkit.package.model import Dialect

# Properties of the standard, with the only values that the reader follows so far.
_FIXED: dict[str, tuple[Any, ...]] = {
    "doubleQuote": (True,),
    "skipInitialSpace": (False,),
    "headerRows": ([1],),
    "commentRows": ([],),
    "lineTerminator": ("\n", "\r\n"),
    "escapeChar": (),
    "commentChar": (),
    "nullSequence": (),
}


def unread_properties(dialect: dict[str, Any]) -> list[str]:
    """Return, in words, the properties of a dialect that the reader cannot follow."""
    unread = [
        f"{name} {dialect[name]!r}"
        for name, values in _FIXED.items()
        if dialect.get(name) is not None and dialect[name] not in values
    ]
    marks = [(name, dialect[name]) for name in ("delimiter", "quoteChar") if name in dialect]
    for name, mark in marks:
        if isinstance(mark, str) and (len(mark) != 1 or mark in "\r\n"):
            unread.append(f"{name} {mark!r}")
    if len(marks) == 2 and marks[0][1] == marks[1][1]:
        unread.append("one mark as delimiter and quoteChar")
    return unread


def parse_dialect(dialect: dict[str, Any] | None, delimiter: str) -> Dialect:
    """Return the dialect of a file; ``delimiter`` is that of its format."""
    given = dialect or {}
    mark, quote = given.get("delimiter"), given.get("quoteChar")
    return Dialect(
        delimiter=mark if isinstance(mark, str) else delimiter,
        quote_char=quote if isinstance(quote, str) else '"',
        header=given.get("header") is not False,
    )
