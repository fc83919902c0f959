"""The constraints of one field as Pandera checks, each with how its failure is told."""

from __future__ import annotations

import functools
import json
import math
import sys
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from toolkit.checks.durations import duration_judge
from toolkit.checks.patterns import rust_pattern
from toolkit.findings import Finding, builtin_rule
from toolkit.package import Field, as_text
from toolkit.package.limited import TooSlow, invalid, unmatched
from toolkit.tables import Table, cast, literal, reader

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

BOUNDS = {
    "minimum": ("C004", "is below the minimum"),
    "maximum": ("C005", "is above the maximum"),
    "exclusiveMinimum": ("C006", "is not above the exclusive minimum"),
    "exclusiveMaximum": ("C007", "is not below the exclusive maximum"),
}
# The DuckDB types whose values can be compared with a bound.
ORDERED = ("BIGINT", "DOUBLE", "DATE", "TIME", "TIMESTAMP")
CONSTRAINT_RULES = {
    "required": "C001",
    "minLength": "C002",
    "maxLength": "C003",
    **{name: code for name, (code, _) in BOUNDS.items()},
    "pattern": "C008",
    "enum": "C009",
    "jsonSchema": "C010",
}

# How many wrong values of a field get a suggestion, of what length, and among how many codes.
_SUGGESTIONS, _LONGEST, _POOL = 200, 100, 10_000

Message = Callable[[Any], tuple[str, str]]


def field_checks(
    con: DuckDBPyConnection, table: Table, one: Field, findings: list[Finding]
) -> Iterator[tuple[str, pl.Expr, Message]]:
    """Yield (constraint, what is true of the cells that keep it, message) for each of a field."""
    from polars import selectors

    # To `polars.col`, a name such as * or ^.*$ would mean several columns.
    cell = selectors.by_name(one.name).as_expr()

    def fault(constraint: str, note: str, code: str = "D006") -> None:
        message = f"the field {one.name}: {note}"
        line = table.schema.line_of_field(one.name, "constraints", constraint)
        rule, file = builtin_rule(code), table.schema.file
        findings.append(rule.finding(file, message, line=line, table=table.name))

    def texts() -> list[str]:
        column = table.column(one.name)
        rows = con.execute(
            f"SELECT DISTINCT {column} FROM {table.relation} WHERE {column} IS NOT NULL"
        )
        return [text for (text,) in rows.fetchall()]

    if one.required:
        message = f"{one.name} is required but empty"
        yield "required", cell.is_not_null(), lambda _: (message, "")
    for name, minimum in (("minLength", True), ("maxLength", False)):
        bound = one.constraints.get(name)
        if not isinstance(bound, int) or one.type not in ("string", *COLLECTIONS):
            continue
        if one.type in COLLECTIONS:
            long_enough = functools.partial(_has_length, bound, minimum, COLLECTIONS[one.type](one))
            yield name, _judged(cell, long_enough), _size_message(one.name, name, bound)
        else:
            yield name, _length(cell, bound, minimum), _length_message(one.name, bound, minimum)
    for name, (_, words) in BOUNDS.items():
        if name not in one.constraints:
            continue
        stated = as_text(one.constraints[name])
        if one.type == "duration":
            judge = duration_judge(name, stated)
            if judge is None:
                fault(name, f"{name} {stated!r} is not of type duration")
            else:
                yield name, _judged(cell, judge), _bound_message(words, stated)
            continue
        if not _has_order(one):
            continue
        bound = _typed(con, one, one.constraints[name])
        if bound is None:
            fault(name, f"{name} {stated!r} is not of type {one.type}")
            continue
        within = _bound(cell, name, bound)
        if cast(one).type == "DOUBLE":
            # NaN is on neither side of a bound; polars would put it above every number.
            within &= cell.is_not_nan()
        yield name, within, _bound_message(words, stated)
    pattern = one.constraints.get("pattern")
    if isinstance(pattern, str) and one.type == "string":
        try:
            rust = rust_pattern(pattern)
            keeps = (
                ~cell.is_in(unmatched(pattern, texts()))
                if rust is None
                else cell.str.contains(rust)
            )
            yield "pattern", keeps, _pattern_message(pattern)
        except TooSlow as error:
            fault("pattern", f"the pattern {pattern!r} cannot be held against the values: {error}")
        except ValueError as error:
            fault("pattern", f"the pattern {pattern!r} is not a regular expression ({error})")
    if one.enum is not None:
        values = [(code, _typed(con, one, code)) for code in one.enum]
        for code, value in values:
            if value is None:
                note = f"the code {as_text(code)!r} is not of type {one.type}"
                fault("enum", note, "D010" if one.codelist else "D006")
        allowed = [value for _, value in values if value is not None]
        yield "enum", cell.is_in(allowed), _enum_message(one)
    if "jsonSchema" in one.constraints:
        json_schema = one.constraints["jsonSchema"]
        if one.type not in ("object", "array"):
            fault("jsonSchema", f"the constraint jsonSchema is not supported by type {one.type}")
        elif not _is_json_schema(json_schema):
            fault("jsonSchema", "the constraint jsonSchema holds no JSON Schema")
        else:
            try:
                yield "jsonSchema", ~cell.is_in(invalid(json_schema, texts())), _json_message
            except TooSlow as error:
                fault("jsonSchema", f"the JSON Schema cannot be held against the values: {error}")


def _length(cell: pl.Expr, bound: int, minimum: bool) -> pl.Expr:
    return cell.str.len_chars() >= bound if minimum else cell.str.len_chars() <= bound


def _split(one: Field) -> Callable[[str], list[str]]:
    delimiter = one.descriptor.get("delimiter")
    mark = delimiter if isinstance(delimiter, str) and delimiter else ","
    return lambda text: text.split(mark)


# Types whose length is their number of items, and how these are told apart.
COLLECTIONS: dict[str, Callable[[Field], Callable[[str], Any]]] = {
    "array": lambda one: json.loads,
    "object": lambda one: json.loads,
    "list": _split,
}


def _has_length(bound: int, minimum: bool, items: Callable[[str], Any], text: str) -> bool:
    try:
        size = len(items(text))
    except RecursionError:
        # Too deep to be counted here, though not to be read.
        return True
    return size >= bound if minimum else size <= bound


def _size_message(name: str, constraint: str, bound: int) -> Message:
    words = "fewer than the minimum" if constraint == "minLength" else "more than the maximum"
    return lambda _: (f"{name} has {words} of {bound} items", "")


def _length_message(name: str, bound: int, minimum: bool) -> Message:
    words = "fewer than the minimum" if minimum else "more than the maximum"
    return lambda value: (f"{name} has {len(value)} characters, {words} of {bound}", "")


def _bound(cell: pl.Expr, name: str, bound: Any) -> pl.Expr:
    if name == "minimum":
        return cell.ge(bound)
    if name == "maximum":
        return cell.le(bound)
    if name == "exclusiveMinimum":
        return cell.gt(bound)
    return cell.lt(bound)


def _bound_message(words: str, stated: str) -> Message:
    return lambda value: (f"{value} {words} {stated}", "")


def _has_order(one: Field) -> bool:
    """Whether the values of a field's type can be compared with a bound."""
    return cast(one).type in ORDERED or one.type == "yearmonth"


def _typed(con: DuckDBPyConnection, one: Field, value: Any) -> Any:
    """Return a bound or code of the schema as a value of the field's type; None if it is none.

    JSON numbers and booleans are taken as they are, whatever the field's decimal character and
    words for true; text is read as a cell would be.
    """
    kind = cast(one)
    if isinstance(value, bool) and kind.type == "BOOLEAN":
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if kind.type == "BIGINT" and math.isfinite(value) and value == int(value):
            return int(value)
        if kind.type == "DOUBLE":
            return float(value) if abs(value) <= sys.float_info.max else None
    text = as_text(value)
    if kind.plain:
        return text
    if not kind.exact:
        canonical, valid = reader(one)(text)
        text = canonical if valid and canonical is not None else ""
        expression = f"TRY_CAST({literal(text)} AS {kind.type})"
    else:
        expression = kind.sql(literal(text))
    return con.execute(f"SELECT {expression}").fetchall()[0][0]


def _pattern_message(pattern: str) -> Message:
    return lambda value: (f"{_quoted(value)} does not have the form {pattern}", "")


def _enum_message(one: Field) -> Message:
    source = f"the code list {one.codelist}" if one.codelist else "the allowed values"
    codes = [as_text(code) for code in one.enum or ()]
    close_to: dict[str, list[str]] = {}

    def message(value: Any) -> tuple[str, str]:
        text = as_text(value)
        if text not in close_to and len(close_to) < _SUGGESTIONS and len(text) <= _LONGEST:
            close_to[text] = get_close_matches(text, codes[:_POOL], n=1, cutoff=0.6)
        close = close_to.get(text)
        if close:
            hint = f"Did you mean {close[0]!r}?"
        elif len(codes) <= 12:
            hint = f"Use one of: {', '.join(codes)}."
        else:
            hint = f"The list is schemas/codelists/{one.codelist}.csv." if one.codelist else ""
        return f"{_quoted(value)} is not in {source}", hint

    return message


def _judged(cell: pl.Expr, judge: Callable[[str], bool]) -> pl.Expr:
    """A check that only Python can make, asked once for each distinct value of a batch."""
    import polars

    def check(values: pl.Series) -> pl.Series:
        known = values.unique().drop_nulls().to_list()
        return ~values.is_in([value for value in known if not judge(value)])

    return cell.map_batches(check, return_dtype=polars.Boolean)


def _is_json_schema(value: Any) -> bool:
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(value)
    except (SchemaError, RecursionError):
        return False
    return True


def _json_message(value: Any) -> tuple[str, str]:
    return f"{_quoted(value)} is not valid against the field's JSON Schema", ""


def _quoted(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else text[:60] + "…")
