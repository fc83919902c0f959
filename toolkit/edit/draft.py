"""The rows that are to be added, by table."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.findings import escape

Row = dict[str, str]
# No cell of a table that people fill in by hand comes near.
LONGEST = 100_000


class NotAdded(Exception):
    """What was given cannot be made into rows; the message says why and what to do."""


@dataclass(slots=True)
class Draft:
    """Rows by table, in the order in which they were given. ``notes`` tell what was filled in."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, table: str, row: Row) -> None:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)

    def rows(self, table: str) -> list[Row]:
        """Return the new rows of a table."""
        return self.tables.get(table, [])

    def __iter__(self) -> Iterator[tuple[str, list[Row]]]:
        return iter(self.tables.items())


def clean(text: str, name: str) -> str:
    """Return a cell in canonical form: NFC, without blanks around it. Raises NotAdded.

    It is refused if it is too long, or no text.
    """
    if len(text) > LONGEST:
        raise NotAdded(
            f"{escape(name, 100)} has {len(text):,} characters; more than {LONGEST:,} are not taken"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotAdded(f"{escape(name, 100)} is not UTF-8") from None
    return unicodedata.normalize("NFC", text).strip()
