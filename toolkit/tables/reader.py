"""From a file to a typed table: one strict pass, with the faults of structure and type."""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.findings import Collector, Finding, builtin_rule
from toolkit.package import Field, Resource, Schema
from toolkit.package.schema import parse_schema
from toolkit.tables.copy import write_copy
from toolkit.tables.faults import blank_findings, type_findings
from toolkit.tables.header import Header, match_header
from toolkit.tables.scan import Buffer, is_plain, records
from toolkit.tables.table import Table
from toolkit.tables.types import cast, literal, reader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HEAD_BYTES = 1 << 20
_CHUNK = 1 << 24


class Unloadable(Exception):
    """The file cannot be read as a table; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_table(
    con: DuckDBPyConnection,
    resource: Resource,
    relation: str,
    workspace: Path,
    found: Collector,
) -> Table:
    """Read the file of ``resource`` into the typed table ``relation``; ``found`` takes its faults.

    ``workspace`` is a folder for a temporary copy, needed only where the file departs from plain
    UTF-8 CSV. Raises Unloadable if there is no table in the file.
    """
    with _contents(resource) as data:
        header, schema = _header(resource, data)
        table = Table(resource, schema, header, relation, found)
        dialect = resource.dialect
        plain = not header.faults and _is_utf8(resource) and is_plain(data, dialect)
        if plain and _load_plain(con, table, data):
            first = 2 if dialect.header else 1
            table.record_sql = f"rowid + {first}"
        else:
            _load_scanned(con, table, _decode(resource, data), workspace)
            table.record_sql = "record"
    table.rows = _count(con, f"SELECT count(*) FROM {relation}")
    for index, one in enumerate(schema.fields):
        if not cast(one).exact and one.name not in table.absent:
            _ask_reader(con, table, index, one)
    if schema.fields:
        if header.positions:
            found.extend(blank_findings(con, table))
        found.extend(type_findings(con, table))
    return table


def _is_utf8(resource: Resource) -> bool:
    return codecs.lookup(resource.encoding).name in ("utf-8", "utf-8-sig")


@contextmanager
def _contents(resource: Resource) -> Iterator[Buffer]:
    if resource.file.stat().st_size == 0:
        rule = builtin_rule("S012")
        message = "the file is empty"
        raise Unloadable(rule.finding(resource.path, message, table=resource.name))
    with (
        resource.file.open("rb") as handle,
        mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        yield data


def _decode(resource: Resource, data: bytes | mmap.mmap) -> str:
    """Return the text without a byte order mark; undecodable bytes become lone surrogates."""
    try:
        text = data[:].decode(resource.encoding, "surrogateescape")
    except UnicodeError as error:
        message = f"the file cannot be read as {resource.encoding} ({error})"
        raise Unloadable(
            builtin_rule("S001").finding(resource.path, message, table=resource.name)
        ) from None
    return text.removeprefix("\ufeff")


def _header(resource: Resource, data: Buffer) -> tuple[Header, Schema]:
    """Return the header and the schema; without a schema every column is a field of type any."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and _is_utf8(resource):
        message = "the file is UTF-16 text, not UTF-8"
        rule = builtin_rule("S001")
        raise Unloadable(rule.finding(resource.path, message, table=resource.name))
    try:
        decoder = codecs.getincrementaldecoder(resource.encoding)("surrogateescape")
        text = decoder.decode(data[:_HEAD_BYTES]).removeprefix("\ufeff")
    except UnicodeError as error:
        message = f"the file cannot be read as {resource.encoding} ({error})"
        rule = builtin_rule("S001")
        raise Unloadable(rule.finding(resource.path, message, table=resource.name)) from None
    first = next(records(text, resource.dialect), None)
    if first is None or (resource.dialect.header and first.blank):
        finding = builtin_rule("S012").finding(
            resource.path, "there is no row of column names", table=resource.name, record=1, line=1
        )
        raise Unloadable(finding)
    schema = resource.schema
    labels = first.cells
    other = _other_delimiter(labels, schema) if resource.dialect.header else None
    if other:
        used = repr(resource.dialect.delimiter)
        message = f"the header is one cell; its names are separated by {other!r}, not by {used}"
        rule = builtin_rule("S015")
        raise Unloadable(
            rule.finding(resource.path, message, table=resource.name, record=1, line=1)
        )
    if not resource.dialect.header:
        names = schema.names if schema else tuple(f"field{n + 1}" for n in range(len(labels)))
        labels = list(names)
    if schema is None or not schema.fields:
        fields = [{"name": label, "type": "any"} for label in dict.fromkeys(labels) if label]
        schema, _ = parse_schema({"fields": fields}, resource.path, resource.name, {})
    return match_header(labels, schema), schema


def _other_delimiter(labels: list[str], schema: Schema | None) -> str | None:
    """Return the mark that separates names of fields in a header of one cell, if one does."""
    if schema is None or len(labels) != 1 or len(schema.names) < 2:
        return None
    for mark in ";\t|,":
        names = [name.strip('" ') for name in labels[0].split(mark)]
        if len(names) > 1 and set(names) & set(schema.names):
            return mark
    return None


def _count(con: DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])


def _typed_columns(table: Table) -> str:
    """Return the select list that types the text columns ``c<n>`` of the file.

    ``other`` tells whether the row has text in a column without a field.
    """
    items = []
    for index, one in enumerate(table.schema.fields):
        kind = cast(one)
        position = table.header.positions.get(one.name)
        if position is None:
            items.append(
                f"CAST(NULL AS {kind.type}) AS f{index}, CAST(NULL AS VARCHAR) AS r{index}"
            )
            continue
        text = _text(f"c{position}", one.missing_values)
        if not kind.exact:
            items.append(f"{text} AS f{index}, CAST(NULL AS VARCHAR) AS r{index}")
            continue
        typed = kind.sql(text)
        raw = "CAST(NULL AS VARCHAR)"
        if typed != text:
            raw = f"CASE WHEN {text} IS NOT NULL AND {typed} IS NULL THEN {text} END"
        items.append(f"{typed} AS f{index}, {raw} AS r{index}")
    held = table.header.positions.values()
    others = [f"c{index}" for index in range(table.header.width) if index not in held]
    items.append(f"coalesce({', '.join([*others, 'NULL'])}) IS NOT NULL AS other")
    return ", ".join(items)


def _text(column: str, missing: tuple[str, ...]) -> str:
    """Return SQL for the cell's text, NULL where it is a missing value."""
    named = [value for value in missing if value]
    text = column if "" in missing else f"coalesce({column}, '')"
    if not named:
        return text
    values = ", ".join(map(literal, named))
    return f"CASE WHEN {column} IN ({values}) THEN NULL ELSE {text} END"


def _read_csv(path: Path, columns: list[str], **options: str) -> str:
    """Return a strict DuckDB scan of a CSV file; every cell is text and empty cells are NULL."""
    settings = {
        "columns": "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in columns) + "}",
        "auto_detect": "false",
        "quote": "'\"'",
        "escape": "'\"'",
        "strict_mode": "true",
        "store_rejects": "true",
        **options,
    }
    # The path stands for itself: DuckDB expands wildcards, which a file name may hold.
    name = literal(str(path).translate({ord(char): f"[{char}]" for char in "*?["}))
    return f"read_csv({name}, " + ", ".join(f"{k} = {v}" for k, v in settings.items()) + ")"


def _load_plain(con: DuckDBPyConnection, table: Table, data: Buffer) -> bool:
    """Let DuckDB read the file as it is; False if it refuses a row or may have passed one over."""
    import duckdb

    dialect = table.resource.dialect
    scan = _read_csv(
        table.resource.file,
        [f"c{index}" for index in range(table.header.width)],
        delim=literal(dialect.delimiter),
        header=str(dialect.header).lower(),
    )
    try:
        complete = _create(con, table, _typed_columns(table), scan)
    except duckdb.Error:
        # A file it cannot make sense of as a whole, such as one with a very long line.
        return False
    return complete and _has_every_row(con, table, data) and not _has_empty_extra(con, table, data)


def _has_every_row(con: DuckDBPyConnection, table: Table, data: Buffer) -> bool:
    """Whether as many rows were read as the file has line ends outside its cells.

    A reader that loses rows without a word must not pass for one that found nothing.
    """
    lines = sum(data[i : i + _CHUNK].count(b"\n") for i in range(0, len(data), _CHUNK))
    lines += data[-1:] != b"\n"
    inside = 0
    texts = [n for n, one in enumerate(table.schema.fields) if cast(one).type == "VARCHAR"]
    if data.find(b'"') >= 0 and texts:
        # Only text can hold a line end; one anywhere else makes the counts differ.
        held = " + ".join(f"coalesce(len(f{n}) - len(replace(f{n}, '\n', '')), 0)" for n in texts)
        inside = _count(con, f"SELECT coalesce(sum({held}), 0) FROM {table.relation}")
    rows = _count(con, f"SELECT count(*) FROM {table.relation}")
    return lines - inside - table.resource.dialect.header == rows


def _has_empty_extra(con: DuckDBPyConnection, table: Table, data: Buffer) -> bool:
    """Whether a row may end with an empty cell too many, which DuckDB drops without a word.

    Every line that ends with a delimiter must be a row with an empty last cell. Counts that could
    mislead (a quoted empty cell, text in a quoted cell) err towards the exact scanner.
    """
    mark = re.escape(table.resource.dialect.delimiter.encode())
    ending = len(re.findall(mark + rb"(?=\r?\n|\Z)", data))
    if not ending:
        return False
    names = {position: name for name, position in table.header.positions.items()}
    last = names.get(table.header.width - 1)
    if last is None or table.schema.field(last).missing_values != ("",):
        return True
    empty = f"{table.column(last)} IS NULL AND {table.raw(last)} IS NULL"
    quoted = len(re.findall(rb'""(?=\r?\n|\Z)', data))
    return ending > _count(con, f"SELECT count(*) FROM {table.relation} WHERE {empty}") - quoted


def _create(con: DuckDBPyConnection, table: Table, columns: str, scan: str) -> bool:
    """Create the typed table; whether every row of the file went into it."""
    con.execute("DROP TABLE IF EXISTS reject_errors")
    con.execute("DROP TABLE IF EXISTS reject_scans")
    con.execute(f"CREATE OR REPLACE TABLE {table.relation} AS SELECT {columns} FROM {scan}")
    return _count(con, "SELECT count(*) FROM reject_errors") == 0


def _load_scanned(con: DuckDBPyConnection, table: Table, text: str, workspace: Path) -> None:
    """Scan the file exactly, note its faults, and let DuckDB read a well-formed copy."""
    copy = workspace / "rows.csv"
    longest = write_copy(table, text, copy)
    columns = ["record", *(f"c{index}" for index in range(table.header.width))]
    scan = _read_csv(
        copy, columns, delim="','", header="false", new_line=r"'\n'", max_line_size=str(longest)
    )
    typed = f"CAST(record AS BIGINT) AS record, {_typed_columns(table)}"
    if not _create(con, table, typed, scan):
        raise AssertionError("the well-formed copy of a file was refused")
    copy.unlink()


def _ask_reader(con: DuckDBPyConnection, table: Table, index: int, one: Field) -> None:
    """Type a text column by asking frictionless about each distinct value."""
    column, read = f"f{index}", reader(one)
    distinct = f"SELECT DISTINCT {column} FROM {table.relation} WHERE {column} IS NOT NULL"
    answers = [(text, *read(text)) for (text,) in con.execute(distinct).fetchall()]
    con.execute("CREATE OR REPLACE TEMP TABLE answers (text VARCHAR, value VARCHAR, valid BOOLEAN)")
    if answers:
        con.executemany("INSERT INTO answers VALUES (?, ?, ?)", answers)
    wrong = f"CASE WHEN NOT answers.valid THEN t.{column} END"
    con.execute(
        f"CREATE OR REPLACE TABLE {table.relation} AS "
        f"SELECT t.* REPLACE (TRY_CAST(answers.value AS {cast(one).type}) AS {column}, "
        f"{wrong} AS r{index}) "
        f"FROM {table.relation} t LEFT JOIN answers ON t.{column} = answers.text ORDER BY t.rowid"
    )
