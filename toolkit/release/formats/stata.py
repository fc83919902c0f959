"""The tables of a release as Stata files, version 118 (Stata 14 and later, UTF-8).

What Stata cannot hold as such is kept as text, for a whole variable: integers beyond the 53 bits of
a double, numbers beyond its largest one or without a value (NaN, INF), times finer than a
millisecond (Stata, "[D] Data types" and "[D] Datetime"). A text variable has no missing value but
the empty text; where a field's cells may be empty texts, the first of its own missing values stands
for a missing one, as in the CSV file. Codes that are text stay text, so that tables can be merged
by them; codes that are integers get their titles as value labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.package import Field
from toolkit.release.formats.codebook import text_of
from toolkit.release.formats.dta import (
    BYTE,
    DOUBLE,
    INT,
    LONG,
    LONG_TEXT,
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_TEXT,
    RANGES,
    Variable,
    read_columns,
    serialise,
)
from toolkit.release.formats.release import Release
from toolkit.release.formats.shape import (
    column_names,
    restored_rows,
    typed_rows,
    unique_names,
)
from toolkit.tables import Table, type_of

if TYPE_CHECKING:
    import polars as pl

_LONGEST_VALUE_LABEL = 8_000
_RESERVED = re.compile(
    r"_all|_b|byte|_coef|_cons|double|float|if|in|int|long|_n|_N|_pi|_pred|_rc|_skip|str[0-9]+|strL"
    r"|using|with"
)
# The integers that a double tells apart.
_DOUBLE = 2**53
_EPOCH = date(1960, 1, 1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_stata(release: Release) -> None:
    """Write ``stata/<table>.dta``, with labels and notes for variables, labels for codes."""
    moment = release.created
    day = f"{moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04}"
    for table in release.database.tables.values():
        names = _variable_names(table)
        rows = typed_rows(release, table)
        variables = [
            _variable(release, table, field, names[field.name], values)
            for field, values in zip(table.schema.fields, rows.iter_columns(), strict=True)
        ]
        title = _cut(text_of(table.schema.descriptor, "title") or table.name)
        path = _file(release, table)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            serialise(variables, rows.height, title, f"{day} {moment.hour:02}:{moment.minute:02}")
        )


def read_stata(release: Release) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield each table with the rows that its Stata file holds, in their order."""
    for table in release.database.tables.values():
        found = read_columns(_file(release, table).read_bytes())
        columns = [
            [_value(table, field, value) for value in values]
            for field, values in zip(table.schema.fields, found, strict=True)
        ]
        yield table, restored_rows(table, list(zip(*columns, strict=True)))


def _file(release: Release, table: Table) -> Path:
    return release.folder / "stata" / f"{table.name}.dta"


def _variable_names(table: Table) -> dict[str, str]:
    return unique_names(column_names(table), _variable_name, limit=LONGEST_NAME)


def _variable_name(name: str) -> str:
    """Return a name of letters, digits and low lines that begins with no digit."""
    valid = "".join(char if char.isalpha() or char.isdecimal() else "_" for char in name)
    if not valid or valid[0].isdecimal():
        valid = f"_{valid}"
    return f"{valid}_" if _RESERVED.fullmatch(valid) else valid


def _label(field: Field, name: str) -> str:
    """Return the title of a field, and before it the name that was not possible."""
    title = text_of(field.descriptor, "title")
    if field.name == name:
        return _cut(title)
    return _cut(f"{field.name}: {title}" if title else field.name)


def _cut(text: str, most: int = LONGEST_LABEL) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _variable(
    release: Release, table: Table, field: Field, name: str, values: pl.Series
) -> Variable:
    kind = type_of(table, field.name)
    type_, format_, stored = _stored(kind, field, values)
    codes: dict[int, str] = {}
    if kind == "BOOLEAN":
        codes = {0: "false", 1: "true"}
    elif kind == "BIGINT" and type_ in (BYTE, INT, LONG):
        codes = _value_labels(release, field)
    label, note = _label(field, name), text_of(field.descriptor, "description")
    return Variable(name, type_, format_, stored, label, note, codes)


def _stored(kind: str, field: Field, series: pl.Series) -> tuple[int, str, list[Any]]:
    """Return type, display format and values: as numbers where Stata holds all of them."""
    values = series.to_list()
    present = [value for value in values if value is not None]
    if kind == "BOOLEAN":
        return BYTE, "%8.0g", [None if value is None else int(value) for value in values]
    if kind == "DOUBLE" and _within(present, *RANGES[DOUBLE]):
        return DOUBLE, "%10.0g", values
    if kind == "BIGINT":
        for type_ in (BYTE, INT, LONG):
            if _within(present, *RANGES[type_]):
                return type_, "%12.0g", values
        if _within(present, -_DOUBLE, _DOUBLE):
            return DOUBLE, "%20.0f", values
    if kind == "DATE":
        return LONG, "%td", [None if value is None else (value - _EPOCH).days for value in values]
    if kind in ("TIME", "TIMESTAMP") and not any(value.microsecond % 1000 for value in present):
        since = [None if value is None else _milliseconds(value) for value in values]
        return DOUBLE, "%tcHH:MM:SS" if kind == "TIME" else "%tc", since
    missing = _missing(kind, field)
    texts = [missing if value is None else _text(value) for value in values]
    size = max((len(text.encode()) for text in texts), default=0) or 1
    if size > LONGEST_TEXT:
        return LONG_TEXT, "%-9s", texts
    return size, f"%-{min(size, 80)}s", texts


def _within(values: list[Any], least: float, most: float) -> bool:
    """Whether every value is one from ``least`` to ``most``, which NaN is not."""
    return all(least <= value <= most for value in values)


def _value_labels(release: Release, field: Field) -> dict[int, str]:
    """Return the titles of codes that are integers, from the code list or the categories."""
    named = release.package.codelists.get(field.codelist or "")
    categories = field.descriptor.get("categories")
    pairs: list[tuple[Any, Any]] = [
        (one.get("value"), one["label"])
        for one in (categories if isinstance(categories, list) else ())
        if isinstance(one, dict) and isinstance(one.get("label"), str)
    ]
    if named:
        pairs = [(row[0], row[1]) for row in named.rows]
    if not all(re.fullmatch(r"-?[0-9]{1,9}", str(code)) for code, _ in pairs):
        return {}
    labels = {int(code): _cut(title, _LONGEST_VALUE_LABEL) for code, title in pairs}
    return dict(sorted(labels.items()))


def _missing(kind: str, field: Field) -> str:
    """Return the text that no value of the field can be."""
    if kind != "VARCHAR" or "" in field.missing_values:
        return ""
    return next(iter(field.missing_values), "")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _milliseconds(value: time | datetime) -> float:
    """Return milliseconds since 1960, or since midnight."""
    moment = value if isinstance(value, datetime) else datetime.combine(_EPOCH, value)
    since = moment - datetime.combine(_EPOCH, time())
    return float(since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000)


def _value(table: Table, field: Field, value: Any) -> Any:
    """Return the typed value for what a Stata file holds."""
    if value is None or field.name in table.absent:
        return None
    kind = type_of(table, field.name)
    if isinstance(value, str):
        if value == _missing(kind, field) and (kind != "VARCHAR" or field.missing_values):
            return None
        types: dict[str, Any] = {
            "BIGINT": int,
            "DOUBLE": float,
            "TIME": time.fromisoformat,
            "TIMESTAMP": datetime.fromisoformat,
        }
        return types.get(kind, str)(value)
    if kind == "DATE":
        return _EPOCH + timedelta(days=int(value))
    if kind in ("TIME", "TIMESTAMP"):
        moment = datetime.combine(_EPOCH, time()) + timedelta(milliseconds=value)
        return moment.time() if kind == "TIME" else moment
    return {"BOOLEAN": bool, "BIGINT": int}.get(kind, float)(value)
