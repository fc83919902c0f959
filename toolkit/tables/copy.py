"""Well-formed copies of files that DuckDB would not read exactly.

Of a file in the usual dialect only the rows at fault are replaced, so that the rows of the copy are
the records of the file. A file in any other dialect is written anew, each row with its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toolkit.tables.judge import Judge
from toolkit.tables.scan import Role, records_of
from toolkit.tables.survey import Survey
from toolkit.tables.table import Table

# What a default line of DuckDB's reader may hold; a longer record is read with a larger buffer.
_LINE_BYTES = 2_000_000


def write_mended(table: Table, survey: Survey, copy: Path) -> None:
    """Write the plain rows as they are, and every other one well formed."""
    judge, mark = Judge(table), table.resource.dialect.delimiter
    with copy.open("wb") as out:
        for block in survey.blocks:
            if block.plain:
                out.write(survey.contents.bytes(block.start, block.end))
                continue
            for record in survey.records_in(block):
                row = mark.join(map(_quoted, judge.cells(record)))
                out.write((row + survey.line_end).encode("utf-8"))


def write_copy(table: Table, texts: Iterable[str], copy: Path) -> int:
    """Write the rows with their record numbers, noting what is wrong with them.

    Returns the bytes of the longest row, or more.
    """
    judge, dialect = Judge(table), table.resource.dialect
    judge.note_header()
    longest = _LINE_BYTES
    with copy.open("w", encoding="utf-8", newline="") as out:
        for record, _ in records_of(texts, dialect):
            if record.role == Role.DATA and dialect.skip_blank_rows and not any(record.cells):
                continue
            judge.note(record)
            if record.role != Role.DATA or judge.is_blank(record):
                continue
            row = ",".join(map(_quoted, judge.cells(record)))
            longest = max(longest, 4 * len(row) + 40)
            out.write(f"{record.number},{row}\n")
    return longest


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
