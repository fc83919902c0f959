"""Table Dialect: how the cells of a delimited file are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from toolkit.package.model import Dialect

_TEXTS = ("delimiter", "lineTerminator", "quoteChar", "escapeChar", "nullSequence", "headerJoin")
_FLAGS = ("doubleQuote", "skipInitialSpace", "header", "headerCase", "skipBlankRows")
_ROWS = ("headerRows", "commentRows")
# Line ends that differ between machines; a file may have any of them, as long as it has one.
_USUAL_LINE_ENDS = ("\r\n", "\n")


class DialectFault(NamedTuple):
    """What is wrong with a dialect, and the property that is."""

    message: str
    name: str


def parse_dialect(
    descriptor: dict[str, Any], delimiter: str = ","
) -> tuple[Dialect, list[DialectFault]]:
    """Return the dialect that a descriptor describes, and its faults.

    ``delimiter`` is that of the file's format. A property with a fault counts as not given.
    """
    given = _flat(descriptor)
    faults = list(_faults(given, delimiter))
    for fault in faults:
        given.pop(fault.name, None)
    quote = given.get("quoteChar", '"')
    escape = given.get("escapeChar", "")
    double = given.get("doubleQuote", True)
    if escape and escape == quote:
        # A quotation mark before a quotation mark is a doubled one.
        escape, double = "", True
    terminator = given.get("lineTerminator", "\n")
    rows = tuple(sorted(set(given.get("headerRows", [1]))))
    return Dialect(
        delimiter=given.get("delimiter", delimiter),
        quote_char=quote,
        double_quote=double,
        escape_char=escape,
        line_terminator=None if terminator in _USUAL_LINE_ENDS else terminator,
        null_sequence=given.get("nullSequence"),
        skip_initial_space=given.get("skipInitialSpace", False),
        header=given.get("header", True) and bool(rows),
        header_rows=rows or (1,),
        header_join=given.get("headerJoin", " "),
        comment_rows=tuple(sorted(set(given.get("commentRows", [])))),
        comment_char=given.get("commentChar", ""),
        # Version 1 has case ignored unless the dialect says otherwise; it is ignored where the
        # dialect says so, because version 2 and frictionless heed it by default.
        header_case=given.get("headerCase", given.get("caseSensitiveHeader", True)),
        skip_blank_rows=given.get("skipBlankRows", False),
    ), faults


def names_crlf(descriptor: dict[str, Any]) -> bool:
    """Whether a descriptor of a dialect says that lines end with CRLF."""
    return _flat(descriptor).get("lineTerminator") == "\r\n"


def _flat(descriptor: dict[str, Any]) -> dict[str, Any]:
    nested = descriptor.get("csv")
    # frictionless 5 nests the properties of CSV files.
    return {**nested, **descriptor} if isinstance(nested, dict) else dict(descriptor)


def _faults(given: dict[str, Any], delimiter: str) -> Iterator[DialectFault]:
    for name in (*_TEXTS, "commentChar"):
        if not isinstance(given.get(name, ""), str):
            yield DialectFault(f"{name} is no text", name)
    for name in (*_FLAGS, "caseSensitiveHeader"):
        if not isinstance(given.get(name, True), bool):
            yield DialectFault(f"{name} is not true or false", name)
    for name in _ROWS:
        rows = given.get(name, [])
        if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
            yield DialectFault(f"{name} is no list of row numbers from 1", name)
    for name in ("quoteChar", "escapeChar"):
        mark = given.get(name, "")
        if isinstance(mark, str) and (len(mark) > 1 or mark in ("\r", "\n")):
            yield DialectFault(f"{name} {mark!r} is not one character", name)
    for name in ("delimiter", "lineTerminator", "commentChar"):
        if given.get(name) == "":
            yield DialectFault(f"{name} is empty", name)
    mark = given.get("delimiter", delimiter)
    if isinstance(mark, str) and ("\r" in mark or "\n" in mark):
        yield DialectFault("a delimiter holds no line end", "delimiter")
    for name, default in (("quoteChar", '"'), ("escapeChar", None), ("lineTerminator", "\n")):
        if mark and given.get(name, default) == mark:
            named = name if name in given else "delimiter"
            yield DialectFault(f"{name} and delimiter are one mark, {mark!r}", named)


def _is_row(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
