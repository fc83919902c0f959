"""What a workbook carries, on a hidden sheet, of the package that it was made from.

Whoever takes its rows back learns from it what each of them was, and so which changed in the
workbook and which in the package meanwhile. Hidden sheets survive Excel and LibreOffice; custom
properties do not survive all programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

README, LISTS, FACTS = "read me", "_lists", "_toolkit"
_FORM = "1"

Key = tuple[str, ...]


class Unknown(Exception):
    """The hidden sheet is not one that this toolkit wrote, or was changed."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What was exported of a table: to which sheet, in which columns, and which rows.

    ``key`` names the fields by which rows are told apart. ``digest`` is the SHA-256 of its file;
    ``rows`` gives the digest of each row by its key.
    """

    name: str
    sheet: str
    header: tuple[str, ...]
    key: Key
    digest: str
    rows: dict[Key, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """The package by name and version, and the tables that were exported."""

    package: str
    version: str
    tables: tuple[TableFacts, ...]


def digest_of(cells: Sequence[str]) -> str:
    """Return a digest of a row: half of a SHA-256, which no two rows share by chance."""
    return sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()[:32]


def written(facts: Facts) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the hidden sheet, of texts; the last one tells whether all are there."""
    rows = [("toolkit sheet", _FORM), ("package", facts.package, facts.version or "-")]
    for table in facts.tables:
        shape = (_list(table.header), _list(table.key))
        rows.append(("table", table.name, table.sheet, table.digest, *shape))
        rows += [("row", _list(key), digest) for key, digest in table.rows.items()]
    yield from rows
    yield "end", _seal(rows)


def read(rows: Iterable[Sequence[str]]) -> Facts:
    """Return the facts that rows tell. Raises Unknown."""
    found = [tuple(row) for row in rows if row]
    if len(found) < 3 or found[0] != ("toolkit sheet", _FORM) or len(found[1]) != 3:
        raise Unknown
    if found[-1] != ("end", _seal(found[:-1])):
        raise Unknown
    tables: list[TableFacts] = []
    for kind, *cells in found[2:-1]:
        try:
            if kind == "table":
                name, sheet, digest, header, key = cells
                tables.append(TableFacts(name, sheet, _texts(header), _texts(key), digest))
            else:
                known, digest = cells
                tables[-1].rows[_texts(known)] = digest
        except (ValueError, IndexError, TypeError, RecursionError):
            raise Unknown from None
    for names in ([one.name for one in tables], [one.sheet for one in tables]):
        if len(set(names)) < len(names):
            raise Unknown
    _, package, version = found[1]
    return Facts(package, version, tuple(tables))


def _list(texts: Sequence[str]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _texts(text: str) -> tuple[str, ...]:
    return tuple(map(str, json.loads(text)))


def _seal(rows: Sequence[Sequence[str]]) -> str:
    return sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
