"""Tables that stand in the descriptor itself (Data Resource, ``data``), as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from toolkit.package.model import Dialect
from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE, Field, Schema

_KINDS = {dict: "an object", list: "an array", str: "a text", bool: "a boolean"}


class NoTable(ValueError):
    """Data that are no table; ``row`` is the index of the row at fault, if one is."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


def rows_of(data: Any) -> list[Any]:
    """Return data whose rows are all arrays or all objects; NoTable if they are not."""
    if not isinstance(data, list):
        raise NoTable(f"the data are {_kind(data)}, not a list of rows")
    first = dict if are_objects(data) else list
    for index, row in enumerate(data):
        if not isinstance(row, first):
            expected = f"{_KINDS[first]} like the first one" if index else "an array or an object"
            raise NoTable(f"row {index + 1} of the data is {_kind(row)}, not {expected}", index)
    return data


def are_objects(data: Any) -> bool:
    """Whether rows are objects, which have keys instead of a header; the first one tells."""
    return isinstance(data, list) and bool(data) and isinstance(data[0], dict)


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "null" if value is None else "a number")


def inline_dialect(rows: list[Any], dialect: Dialect) -> Dialect:
    """Return the dialect of the CSV of some rows: how text is cut into cells is not theirs."""
    if are_objects(rows):
        return Dialect(header_case=dialect.header_case)
    return Dialect(
        header=dialect.header,
        header_rows=dialect.header_rows,
        header_join=dialect.header_join,
        header_case=dialect.header_case,
        comment_rows=dialect.comment_rows,
        comment_char=dialect.comment_char,
        skip_blank_rows=dialect.skip_blank_rows,
    )


def inline_csv(rows: list[Any], schema: Schema | None, dialect: Dialect) -> bytes:
    """Return rows as CSV in UTF-8. Objects get a header of their keys.

    A value that JSON has and CSV has not is written as its field would read it from a file.
    """
    fields = {one.name: one for one in schema.fields} if schema else {}
    if are_objects(rows):
        keys = _keys(rows, list(fields))
        rows = [keys, *([row.get(key) for key in keys] for row in rows)]
    first = dialect.header_rows[-1] if dialect.header else 0
    columns: Iterable[Field | None] = fields.values()
    if dialect.header:
        columns = [fields.get(_text(label)) for row in rows[:first][-1:] for label in row]
    known = list(columns)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_text(cell) for cell in row] for row in rows[:first])
    for row in rows[first:]:
        others = [None] * (len(row) - len(known))
        writer.writerow(map(_cell, row, [*known, *others][: len(row)]))
    return out.getvalue().encode("utf-8")


def _keys(rows: list[dict[str, Any]], names: list[str]) -> list[str]:
    """Return the keys in the order in which they first stand, those of fields in theirs.

    The members of an object have no order (RFC 8259), so that none can be wrong.
    """
    keys = list(dict.fromkeys(key for row in rows for key in row))
    found = set(keys)
    ordered = iter([name for name in names if name in found])
    known = set(names)
    return [next(ordered) if key in known else key for key in keys]


def _cell(value: Any, field: Field | None) -> str:
    if field is None or isinstance(value, str):
        return _text(value)
    missing = field.missing_values
    if value is None:
        return missing[0] if missing and "" not in missing else ""
    if isinstance(value, bool) and field.type == "boolean":
        name, default = ("trueValues", DEFAULT_TRUE) if value else ("falseValues", DEFAULT_FALSE)
        texts = field.texts(name, default)
        return texts[0] if texts and _text(value) not in texts else _text(value)
    if isinstance(value, float) and field.type in ("integer", "year") and value.is_integer():
        # JSON does not tell 1.0 from 1.
        return str(int(value))
    if isinstance(value, int | float) and field.type == "number":
        return _text(value).replace(".", str(field.descriptor.get("decimalChar") or "."))
    if isinstance(value, list) and field.type == "list":
        return str(field.descriptor.get("delimiter") or ",").join(map(_text, value))
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
