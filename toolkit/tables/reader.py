"""From a file to a typed table: one strict pass, with the faults of structure and type."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.findings import Collector, builtin_rule
from toolkit.package import Field, Resource, Schema
from toolkit.package.schema import parse_schema
from toolkit.tables.contents import Contents, Unloadable
from toolkit.tables.copy import write_copy, write_mended
from toolkit.tables.faults import blank_findings, type_findings
from toolkit.tables.grammar import BLANKS
from toolkit.tables.header import Header, match_header, read_header
from toolkit.tables.judge import Judge
from toolkit.tables.scan import MOST_COLUMNS, Role, records_of
from toolkit.tables.sql import read_csv, typed_select
from toolkit.tables.survey import Survey, is_standard, survey
from toolkit.tables.table import Table
from toolkit.tables.types import cast, literal, reader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HEAD_BYTES = 1 << 20
# The survey's grammar of a row grows with its cells; files with more columns are scanned.
_WIDE = 500
_ANSWERS = 100_000
# Files from this size on are read by DuckDB while they are surveyed.
_LARGE = 1 << 23


def read_table(
    con: DuckDBPyConnection,
    resource: Resource,
    contents: Contents,
    relation: str,
    workspace: Path,
    found: Collector,
) -> Table:
    """Read the file of ``resource`` into the typed table ``relation``; ``found`` takes its faults.

    ``workspace`` is a folder for a temporary copy, needed only where the file departs from plain
    CSV. Raises Unloadable if there is no table in the file.
    """
    header, schema = _header(resource, contents)
    table = Table(resource, schema, header, relation, found, contents)
    usual = is_standard(resource.dialect) and 0 < header.width <= _WIDE and _has_lines(contents)
    if usual and _load_surveyed(con, table, workspace):
        table.record_sql = f"rowid + {2 if resource.dialect.header else 1}"
    else:
        _load_scanned(con, table, workspace)
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


def _header(resource: Resource, contents: Contents) -> tuple[Header, Schema]:
    """Return the header and the schema; without a schema every column is a field of type any."""
    size, end = _HEAD_BYTES, contents.start
    labels, first = read_header((), resource.dialect)
    while first is None and end < contents.end:
        end = contents.line_end(contents.start + size)
        found = records_of(contents.texts(end), resource.dialect)
        labels, first = read_header((record for record, _ in found), resource.dialect)
        # Comments may stand before it.
        size *= 8
    blank = not any(label.strip(BLANKS) for label in labels)
    line = None if resource.inline else 1
    if first is None or (resource.dialect.header and blank):
        raise _unloadable(resource, "S012", "there is no row of column names", record=1, line=line)
    schema = resource.schema
    columns = max(first.count, len(schema.fields) if schema else 0)
    if columns > MOST_COLUMNS:
        message = (
            f"the table has {columns:,} columns; one of more than {MOST_COLUMNS:,} is not read"
        )
        raise _unloadable(resource, "S012", message)
    other = _other_delimiter(labels, schema) if resource.dialect.header else None
    if other:
        used = repr(resource.dialect.delimiter)
        message = f"the header is one cell; its names are separated by {other!r}, not by {used}"
        raise _unloadable(resource, "S015", message, record=1, line=line)
    if not resource.dialect.header:
        names = schema.names if schema else tuple(f"field{n + 1}" for n in range(len(labels)))
        labels = list(names)
    if schema is None or not schema.fields:
        fields = [{"name": label, "type": "any"} for label in dict.fromkeys(labels) if label]
        schema, _ = parse_schema({"fields": fields}, resource.path, resource.name, {})
    header = match_header(labels, schema, case=resource.dialect.header_case)
    return replace(header, record=first.number), schema


def _unloadable(resource: Resource, code: str, message: str, **place: int | None) -> Unloadable:
    rule = builtin_rule(code)
    return Unloadable(rule.finding(resource.path, message, table=resource.name, **place))


def _has_lines(contents: Contents) -> bool:
    """Whether lines end with LF, with or without CR, as the survey needs them to."""
    head = contents.bytes(contents.start, contents.start + _HEAD_BYTES)
    return b"\n" in head or b"\r" not in head


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


def _load_surveyed(con: DuckDBPyConnection, table: Table, workspace: Path) -> bool:
    """Let DuckDB read the file, mended where need be; False if it may have lost a row."""
    for exact in (False, True):
        found = _load_with_survey(con, table, workspace, exact=exact)
        if found is not None:
            break
    if found is None or _hides_blank_rows(table, found):
        return False
    table.survey = found
    judge = Judge(table, found.line_end)
    judge.note_header()
    for record in found.suspects():
        if record.role == Role.HEADER or not judge.is_blank(record):
            judge.note(record)
        else:
            # The typed table tells which rows are blank.
            judge.note_line_end(record)
    return True


def _load_with_survey(
    con: DuckDBPyConnection, table: Table, workspace: Path, *, exact: bool
) -> Survey | None:
    """Read the file and return its survey; None if DuckDB did not take just the rows surveyed.

    Most files need no mending, so that reading does not wait for the survey of a large one.
    """
    contents, dialect, width = table.contents, table.resource.dialect, table.header.width
    reading = None
    if contents.end >= _LARGE and not exact:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=1) as pool:
            reading = pool.submit(_load, con, table, contents.file)
            found = survey(contents, dialect, width)
            if not found.plain:
                con.interrupt()
    else:
        found = survey(contents, dialect, width, exact=exact)
    if found.plain:
        count = reading.result() if reading else _load(con, table, contents.file)
    else:
        copy = workspace / "mended.csv"
        write_mended(table, found, copy)
        count = _load(con, table, copy)
        copy.unlink()
    return found if count == found.records - dialect.header else None


def _hides_blank_rows(table: Table, found: Survey) -> bool:
    """Whether a blank row would not look blank in the typed table.

    That is so where a field does not take an empty cell for a missing value.
    """
    if all("" in one.missing_values for one in table.schema.fields):
        return False
    return any(Judge(table).is_blank(record) for record in found.suspects())


def _load(con: DuckDBPyConnection, table: Table, file: Path) -> int | None:
    """Read a file into the typed table and return its rows; None if DuckDB refused any of them."""
    import duckdb

    scan = read_csv(
        file,
        [f"c{index}" for index in range(table.header.width)],
        delim=literal(table.resource.dialect.delimiter),
        header=str(table.resource.dialect.header).lower(),
    )
    try:
        complete = _create(con, table, scan)
    except duckdb.Error:
        # A file it cannot make sense of as a whole, such as one with a very long line.
        return None
    return _count(con, f"SELECT count(*) FROM {table.relation}") if complete else None


def _create(con: DuckDBPyConnection, table: Table, scan: str, *extra: str) -> bool:
    """Create the typed table; whether every row of the file went into it.

    ``extra`` names columns of the scan that the table keeps.
    """
    con.execute("DROP TABLE IF EXISTS reject_errors")
    con.execute("DROP TABLE IF EXISTS reject_scans")
    count = len(table.schema.fields)
    if count <= _WIDE:
        select = typed_select(table, scan, range(count), *extra)
        con.execute(f"CREATE OR REPLACE TABLE {table.relation} AS {select}")
    else:
        _create_wide(con, table, scan, *extra)
    return _count(con, "SELECT count(*) FROM reject_errors") == 0


def _create_wide(con: DuckDBPyConnection, table: Table, scan: str, *extra: str) -> None:
    """Type a table in groups of columns: a SELECT costs with the square of its width."""
    con.execute(f"CREATE OR REPLACE TABLE cells.texts AS SELECT * FROM {scan}")
    fields = range(len(table.schema.fields))
    groups = [fields[start : start + _WIDE] for start in fields[::_WIDE]]
    for number, group in enumerate(groups):
        select = typed_select(table, "cells.texts", group, *(extra if number == 0 else ()))
        con.execute(f"CREATE OR REPLACE TABLE cells.part{number} AS {select}")
    parts = " POSITIONAL JOIN ".join(f"cells.part{number}" for number in range(len(groups)))
    bad = " || ".join(
        f"coalesce(part{number}.bad, list_resize(CAST([] AS VARCHAR[]), {len(group)}))"
        for number, group in enumerate(groups)
    )
    found = ", ".join(f"part{number}.bad" for number in range(len(groups)))
    shown = [*extra, *(f"f{index}" for index in fields), "part0.other AS other"]
    con.execute(
        f"CREATE OR REPLACE TABLE {table.relation} AS SELECT {', '.join(shown)}, "
        f"CASE WHEN coalesce({found}) IS NOT NULL THEN {bad} END AS bad FROM {parts}"
    )
    for name in ("texts", *(f"part{number}" for number in range(len(groups)))):
        con.execute(f"DROP TABLE cells.{name}")


def _load_scanned(con: DuckDBPyConnection, table: Table, workspace: Path) -> None:
    """Scan the file exactly, note its faults, and let DuckDB read a well-formed copy."""
    copy = workspace / "rows.csv"
    contents = table.contents
    longest = write_copy(table, contents.texts(contents.end), copy)
    columns = ["number", *(f"c{index}" for index in range(table.header.width))]
    scan = read_csv(
        copy, columns, delim="','", header="false", new_line=r"'\n'", max_line_size=str(longest)
    )
    scan = f"(SELECT *, CAST(number AS BIGINT) AS record FROM {scan})"
    if not _create(con, table, scan, "record"):
        raise AssertionError("the well-formed copy of a file was refused")
    copy.unlink()


def _ask_reader(con: DuckDBPyConnection, table: Table, index: int, one: Field) -> None:
    """Type a text column by asking frictionless about each distinct value."""
    column, read = f"f{index}", reader(one)
    distinct = f"SELECT DISTINCT {column} FROM {table.relation} WHERE {column} IS NOT NULL"
    answers = [(text, *read(text)) for (text,) in con.execute(distinct).fetchall()]
    con.execute("CREATE OR REPLACE TEMP TABLE answers (text VARCHAR, value VARCHAR, valid BOOLEAN)")
    for start in range(0, len(answers), _ANSWERS):
        columns = [list(column) for column in zip(*answers[start : start + _ANSWERS], strict=True)]
        con.execute("INSERT INTO answers SELECT unnest(?), unnest(?), unnest(?)", columns)
    wrong = [f"bad[{n + 1}]" for n in range(len(table.schema.fields))]
    wrong[index] = f"t.{column}"
    con.execute(
        f"CREATE OR REPLACE TABLE {table.relation} AS "
        f"SELECT t.* REPLACE (TRY_CAST(answers.value AS {cast(one).type}) AS {column}, "
        f"CASE WHEN answers.valid THEN bad WHEN t.{column} IS NULL THEN bad "
        f"ELSE [{', '.join(wrong)}] END AS bad) "
        f"FROM {table.relation} t LEFT JOIN answers ON t.{column} = answers.text ORDER BY t.rowid"
    )
