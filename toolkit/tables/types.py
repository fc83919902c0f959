"""Table Schema types as SQL: what a cell must look like, and what it becomes.

DuckDB's own casts are lax (``1.5`` becomes 2, ``0x1F`` and ``yes`` pass), so that every cast stands
behind a lexical guard from the Table Schema standard (datapackage.org/standard/table-schema).
Types without a native counterpart stay text and are judged by frictionless, value by value.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE, Field

TYPE_RULES = {
    "string": "T001",
    "integer": "T002",
    "number": "T003",
    "boolean": "T004",
    "date": "T005",
    "time": "T006",
    "datetime": "T007",
    "year": "T008",
    "yearmonth": "T009",
    "duration": "T010",
    "geopoint": "T011",
    "geojson": "T012",
    "object": "T013",
    "array": "T014",
    "list": "T015",
}

_TEMPORAL = {"date": "DATE", "time": "TIME", "datetime": "TIMESTAMP"}
_STRING_FORMATS = {
    # RFC 3986: a scheme, then no blank and none of the characters that must be encoded.
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*",
    "email": r"[^@\s,;:<>()\[\]\"\\]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\.[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]",
    "uuid": r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "binary": r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
}
_OFFSET = r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]"
_ZONE = rf"(?:Z|{_OFFSET})?"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_DAY = r"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)-[0-9]{2}-[0-9]{2}"


_AMOUNT = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# XML Schema, Part 2: at least one part, in this order, and after a T at least one part of a day.
_CLOCK_PARTS = (
    r"T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?"
    r"|[0-9]+(?:\.[0-9]+)?S)"
)
_DURATION = (
    r"-?P(?:(?:[0-9]+Y(?:[0-9]+M)?(?:[0-9]+D)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
    rf"(?:{_CLOCK_PARTS})?|{_CLOCK_PARTS})"
)


@dataclass(frozen=True, slots=True)
class Cast:
    """How a field is typed: ``sql`` turns the text expression it is given into the typed value.

    The value is NULL where the text is not of the type. ``exact`` is False where only frictionless
    can tell (`reader`); the column is then text until it has been asked. ``plain`` is True where
    every text is of the type as it stands.
    """

    type: str
    sql: Callable[[str], str]
    exact: bool = True
    plain: bool = False


def literal(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _in(text: str, values: tuple[str, ...]) -> str:
    return f"{text} IN ({', '.join(map(literal, values))})" if values else "FALSE"


def _guarded(pattern: str, type_: str, *prepares: Callable[[str], str]) -> Cast:
    """The text must match the whole pattern to be cast, as it is or else once prepared."""

    def sql(text: str) -> str:
        values = [prepare(text) for prepare in prepares] or [text]
        branches = [
            f"WHEN regexp_full_match({value}, {literal(pattern)}) THEN TRY_CAST({value} AS {type_})"
            for value in values
        ]
        return f"CASE {' '.join(branches)} END"

    return Cast(type_, sql)


def cast(field: Field) -> Cast:
    """Return how the cells of ``field`` are typed."""
    if field.type == "string" and field.format in _STRING_FORMATS:
        return _guarded(_STRING_FORMATS[field.format], "VARCHAR")
    if field.type in ("string", "any") or _is_list_of_strings(field):
        return Cast("VARCHAR", str, plain=True)
    if field.type == "integer":
        return _guarded("[+-]?[0-9]+", "BIGINT", *_number_texts(field))
    if field.type == "number":
        return _number(field)
    if field.type == "boolean":
        return _boolean(field)
    if field.type == "year":
        return _guarded("[0-9]{4}", "BIGINT")
    if field.type == "yearmonth":
        return _guarded("[0-9]{4}-(?:0[1-9]|1[0-2])", "VARCHAR")
    if field.type == "duration":
        return _guarded(_DURATION, "VARCHAR")
    if field.format == "default" and field.type == "geopoint":
        return _geopoint()
    if field.format == "default" and field.type == "date":
        return Cast("DATE", _day)
    if field.format == "default" and field.type == "time":
        return _time()
    if field.format == "default" and field.type == "datetime":
        return _datetime()
    return Cast(_TEMPORAL.get(field.type, "VARCHAR"), str, exact=False)


def polars_type(field: Field) -> Any:
    """Return the type that polars gives the values of ``field``."""
    import polars

    return {
        "BIGINT": polars.Int64,
        "DOUBLE": polars.Float64,
        "BOOLEAN": polars.Boolean,
        "DATE": polars.Date,
        "TIME": polars.Time,
        "TIMESTAMP": polars.Datetime("us"),
    }.get(cast(field).type, polars.String)


def _day(text: str) -> str:
    """A date that is written just as DuckDB writes it, which is quicker to tell than a pattern."""
    day = f"TRY_CAST({text} AS DATE)"
    return f"CASE WHEN length({text}) = 10 AND CAST({day} AS VARCHAR) = {text} THEN {day} END"


def _number_texts(field: Field) -> list[Callable[[str], str]]:
    """groupChar, decimalChar and bareNumber, as the standard orders them.

    Most numbers need none of it, nor to be freed of blanks, so that they are tried as they are.
    """
    descriptor = field.descriptor
    alone = (
        not descriptor.get("groupChar")
        and descriptor.get("decimalChar", ".") == "."
        and descriptor.get("bareNumber") is not False
    )

    def prepare(text: str) -> str:
        value = f"trim({text}, ' \t')"
        if descriptor.get("bareNumber") is False:
            value = f"regexp_replace({value}, '^[^0-9+-]+|[^0-9]+$', '', 'g')"
        if group := descriptor.get("groupChar"):
            value = f"replace({value}, {literal(str(group))}, '')"
        if (point := descriptor.get("decimalChar", ".")) != ".":
            # A point would pass for the decimal character after the exchange: make it fail first.
            value = f"replace(replace({value}, '.', 'x'), {literal(str(point))}, '.')"
        return value

    return [str, prepare] if alone else [prepare]


def _number(field: Field) -> Cast:
    texts = _number_texts(field)
    # The case of the special values need not be respected; no other number is infinite.
    amount = _guarded(f"[+-]?{_AMOUNT}", "DOUBLE", *texts)
    special = _guarded("(?i:NaN|-?INF)", "DOUBLE", *texts)

    def sql(text: str) -> str:
        finite = f"nullif(nullif({amount.sql(text)}, 'inf'), '-inf')"
        return f"coalesce({finite}, {special.sql(text)})"

    return Cast("DOUBLE", sql)


def _is_list_of_strings(field: Field) -> bool:
    return field.type == "list" and field.descriptor.get("itemType", "string") == "string"


def _geopoint() -> Cast:
    """Two numbers on the globe, longitude first."""
    number = rf"\s*[+-]?{_AMOUNT}\s*"

    def sql(text: str) -> str:
        guard = f"regexp_full_match({text}, {literal(f'{number},{number}')})"
        within = " AND ".join(
            f"TRY_CAST(trim(split_part({text}, ',', {part})) AS DOUBLE) BETWEEN -{most} AND {most}"
            for part, most in ((1, 180), (2, 90))
        )
        return f"CASE WHEN {guard} AND {within} THEN {text} END"

    return Cast("VARCHAR", sql)


def _boolean(field: Field) -> Cast:
    true = field.texts("trueValues", DEFAULT_TRUE)
    false = field.texts("falseValues", DEFAULT_FALSE)

    def sql(text: str) -> str:
        return f"CASE WHEN {_in(text, true)} THEN TRUE WHEN {_in(text, false)} THEN FALSE END"

    return Cast("BOOLEAN", sql)


def _time() -> Cast:
    """ISO 8601 as in XML Schema time, to the microsecond; an offset is accepted and dropped."""

    def sql(text: str) -> str:
        guard = f"regexp_full_match({text}, {literal(_CLOCK + _ZONE)})"
        clock = f"regexp_extract({text}, '^[0-9:.]{{1,15}}')"
        return f"CASE WHEN {guard} THEN TRY_CAST({clock} AS TIME) END"

    return Cast("TIME", sql)


def _datetime() -> Cast:
    """ISO 8601 as in XML Schema dateTime; values with an offset become UTC."""

    def sql(text: str) -> str:
        local, zoned = (literal(f"{_DAY}T{_CLOCK}{zone}") for zone in ("Z?", _OFFSET))
        return (
            f"CASE WHEN regexp_full_match({text}, {local}) THEN TRY_CAST({text} AS TIMESTAMP) "
            f"WHEN regexp_full_match({text}, {zoned}) "
            f"THEN make_timestamp(epoch_us(TRY_CAST({text} AS TIMESTAMPTZ))) END"
        )

    return Cast("TIMESTAMP", sql)


def _strict(type_: str, text: str) -> bool:
    """Hold against a text what frictionless lets pass: NaN in JSON."""
    if type_ in ("object", "array", "geojson", "geopoint"):
        try:
            json.loads(text, parse_constant=_refuse)
        except ValueError:
            return False
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def reader(field: Field) -> Callable[[str], tuple[str | None, bool]]:
    """Return a function that gives for a text its canonical form and whether it is of the type."""
    from frictionless import Field as FrictionlessField
    from frictionless import FrictionlessException

    keep = ("name", "type", "format", "delimiter", "itemType", "trueValues", "falseValues")
    descriptor = {key: value for key, value in field.descriptor.items() if key in keep}
    # Missing values have been taken out before.
    descriptor |= {"type": field.type, "missingValues": []}
    try:
        read = FrictionlessField.from_descriptor(descriptor).read_cell
    except FrictionlessException:
        # The schema's own fault is reported where the schema is read.
        return lambda text: (text, True)

    def canonical(text: str) -> tuple[str | None, bool]:
        try:
            return judged(text)
        except (ArithmeticError, ValueError, RecursionError):
            # A time near the ends of the calendar has no counterpart in UTC.
            return None, False

    def judged(text: str) -> tuple[str | None, bool]:
        value: Any
        value, notes = read(text)
        if notes or value is None or not _strict(field.type, text):
            return None, False
        if field.type in _TEMPORAL:
            if isinstance(value, datetime) and value.tzinfo:
                value = value.astimezone(UTC).replace(tzinfo=None)
            return str(value.isoformat()), True
        return text, True

    return canonical
