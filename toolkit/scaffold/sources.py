"""Delimited files from anywhere, copied cell by cell as plain CSV."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import escape
from toolkit.package import Dialect
from toolkit.package.formats import is_text_encoding
from toolkit.tables.scan import MOST_COLUMNS, records

# What may stand between two cells, the usual ones first.
DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 20
# How many characters of a file, and rows of them, tell the delimiter.
_HEAD, _ROWS = 1 << 16, 50
# A longer cell is one whose quotation mark was never closed.
_LONGEST_CELL = 1 << 26
_QUOTED = re.compile('[",\r\n]')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ufffd]")
# Names that Windows keeps for devices, with any ending.
_RESERVED = re.compile("(?:con|prn|aux|nul|clock|com[0-9]|lpt[0-9])")


class NotMade(Exception):
    """A package cannot be made of what was named; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to make a table of, and how it is written."""

    path: Path
    name: str
    encoding: str
    delimiter: str
    notes: tuple[str, ...]


def slug(text: str, default: str) -> str:
    """Return a name that is safe for files, tables and codes everywhere.

    >>> slug("../LänderCodes (2024)", "table")
    'lander_codes_2024'
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    plain = unicodedata.normalize("NFKD", apart.casefold())
    ascii_ = "".join(char for char in plain if not unicodedata.combining(char))
    name = re.sub("[^a-z0-9]+", "_", ascii_)[:60].strip("_") or default
    return f"{name}_table" if _RESERVED.fullmatch(name) else name


def open_sources(
    paths: Sequence[Path], encoding: str | None = None, delimiter: str | None = None
) -> list[Source]:
    """Look at each file, and tell how it is written unless that was said. Raises NotMade."""
    if encoding and not is_text_encoding(encoding):
        raise NotMade(f"the encoding {encoding!r} is unknown; name one such as latin-1")
    found: dict[str, Source] = {}
    for path in paths:
        source = _source(path, encoding, delimiter)
        if source.name in found:
            raise NotMade(
                f"{shown(path)} and {shown(found[source.name].path)} would both become the table "
                f"{source.name}; rename one of them"
            )
        found[source.name] = source
    return list(found.values())


def shown(path: Path) -> str:
    """Return the name of a file as a message shows it."""
    return escape(str(path), 200)


def _source(path: Path, encoding: str | None, delimiter: str | None) -> Source:
    if not path.is_file():
        raise NotMade(f"{shown(path)} is no file; name a CSV file")
    if path.stat().st_size == 0:
        raise NotMade(f"{shown(path)} is empty; name a file whose first line is a header")
    name = slug(path.stem, "table")
    notes = []
    if encoding is None:
        encoding, note = _encoding_of(path)
        notes += [note] if note else []
    elif line := _undecodable(path, encoding):
        raise NotMade(f"{shown(path)}:{line}: the text is not {encoding}; name its encoding")
    if delimiter is None:
        delimiter = _delimiter_of(path, encoding)
        if delimiter != ",":
            notes.append(f"the cells were separated by {delimiter!r}; commas separate them now")
    return Source(path, name, encoding, delimiter, tuple(notes))


def _encoding_of(path: Path) -> tuple[str, str]:
    """Return the encoding of a file, and what to say of it."""
    with path.open("rb") as handle:
        head = handle.read(4)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if line := _undecodable(path, "utf-16"):
            raise NotMade(f"{shown(path)}:{line}: the text is not UTF-16, as its first bytes say")
        return "utf-16", "the text was UTF-16; it is UTF-8 now"
    line = _undecodable(path, "utf-8")
    if not line:
        return "utf-8-sig", ""
    if _undecodable(path, "cp1252"):
        raise NotMade(
            f"{shown(path)}:{line}: the text is neither UTF-8 nor Latin-1; save it as UTF-8, or "
            "name its encoding with --encoding"
        )
    return "cp1252", (
        f"the text is not UTF-8 (first in line {line}) and was read as Latin-1 (Windows-1252); if "
        "letters with accents look wrong, name the encoding with --encoding"
    )


def _undecodable(path: Path, encoding: str) -> int:
    """Return the line of the first byte that is no text in an encoding; 0 if there is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as handle:
        while True:
            chunk = handle.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start)
            except UnicodeError:
                # There is no byte order mark where one must be.
                return line
            if not chunk:
                return 0
            line += chunk.count(b"\n")


def _delimiter_of(path: Path, encoding: str) -> str:
    """Return the mark that cuts the first rows of a file into cells of one number."""
    with path.open(encoding=encoding, newline="") as handle:
        head = handle.read(_HEAD)
    end = max(head.rfind("\n"), head.rfind("\r")) + 1
    text = head[:end] if len(head) == _HEAD and end else head
    return max(DELIMITERS, key=lambda mark: _fitness(text, mark))


def _fitness(text: str, delimiter: str) -> tuple[float, int]:
    """Return how well a delimiter fits: the share of rows as wide as the first, and that width."""
    widths = []
    for record in records(text, Dialect(delimiter=delimiter)):
        if not record.blank:
            widths.append(record.count if record.sound else 0)
        if len(widths) == _ROWS:
            break
    width = widths[0] if widths else 0
    return (widths.count(width) / len(widths), width) if width > 1 else (0.0, 0)


def copy_rows(source: Source, target: Path) -> int:
    """Write the rows of a source as UTF-8 with commas, line feeds and no needless quotation marks.

    No cell changes. Rows without any text are left out; returns how many these are.
    Raises NotMade, with file, line and remedy, where a row cannot be read for certain.
    """
    rows = _rows(source)
    _, header = next(rows, (0, []))
    _check_header(source, header)
    blank = ragged = 0
    first = (0, 0)
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(csv_line(header))
        for line, row in rows:
            if not any(cell.strip(" \t") for cell in row):
                blank += 1
            elif len(row) == len(header):
                out.write(csv_line(row))
            else:
                first = first if ragged else (line, len(row))
                ragged += 1
    if ragged:
        line, count = first
        more = f" (and {ragged - 1:,} more such rows)" if ragged > 1 else ""
        raise NotMade(
            f"{shown(source.path)}:{line}: the row has {count} cells, the header {len(header)}"
            f"{more}; put cells that hold the separator {source.delimiter!r} in quotation marks, "
            "and take out what stands above the header or below the table"
        )
    return blank


def csv_line(row: list[str]) -> str:
    """Return a row of CSV, with quotation marks only where a cell needs them."""
    return ",".join(map(_cell, row)) + "\n"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a source, each with the line on which it begins."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    line = 1
    try:
        with source.path.open(encoding=source.encoding, newline="") as handle:
            reader = csv.reader(handle, delimiter=source.delimiter, strict=True)
            for row in reader:
                if any("\0" in cell for cell in row):
                    raise NotMade(
                        f"{shown(source.path)}:{line}: the file holds bytes that are no text; "
                        "export it as CSV, or name its encoding with --encoding"
                    )
                yield line, row
                line = reader.line_num + 1
    except csv.Error as error:
        raise NotMade(
            f"{shown(source.path)}:{line}: a quotation mark is out of place in the row that begins "
            f"here ({error}); close it, or double it inside of a cell"
        ) from None
    finally:
        csv.field_size_limit(limit)


def _check_header(source: Source, header: list[str]) -> None:
    """Refuse a header by which columns cannot be told apart."""
    place = f"{shown(source.path)}:1"
    if not any(name.strip() for name in header):
        raise NotMade(f"{place}: there is no header; the first line must name the columns")
    if len(header) > MOST_COLUMNS:
        raise NotMade(f"{place}: there are {len(header):,} columns; at most {MOST_COLUMNS:,} fit")
    seen: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        if not name.strip():
            raise NotMade(f"{place}: column {number} has no name; name it, or remove the column")
        if _CONTROL.search(name):
            raise NotMade(
                f"{place}: the name of column {number}, {name[:60]!r}, holds a character "
                "that cannot be seen; remove it"
            )
        # SQL does not tell upper from lower case.
        if (other := seen.setdefault(name.strip().casefold(), number)) != number:
            raise NotMade(
                f"{place}: columns {other} and {number} are both called {name[:60]!r}; "
                "rename one of them"
            )
