"""Opening a workbook of a stranger: whatever is no plain workbook is refused before it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.edit.sheet.facts import FACTS, Facts, Unknown, read
from toolkit.findings import escape
from toolkit.package.archive import NotUnpacked, unpack
from toolkit.sheets import Book, Damaged, read_book

# What a workbook may inflate to. A hundred thousand rows of events take a third of it.
MOST_BYTES = 1 << 27
_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OLD = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_SAVE = "save it as an Excel workbook (.xlsx)"
_AGAIN = "take up the file as it was exported, or export anew and carry the changes over"


class NotASheet(Exception):
    """The file cannot be taken back; the message says why and what to do."""


@contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """Unpack a workbook and yield it. Raises NotASheet, and OSError if it cannot be read."""
    named = escape(path.name, 100)
    with path.open("rb") as file:
        head = file.read(8)
        if head == _OLD:
            locked = _LOCKED in head + file.read(MOST_BYTES)
            why = "is protected with a password; take it away" if locked else "is of an old form"
            raise NotASheet(f"{named} {why}, then {_SAVE}" if locked else f"{named} {why}; {_SAVE}")
    if not head.startswith(b"PK"):
        raise NotASheet(f"{named} is no Excel workbook; {_SAVE}")
    if path.suffix.lower() in (".xlsm", ".xltm", ".xlam"):
        raise NotASheet(f"{named} may hold macros; {_SAVE}, which holds none")
    with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
        folder = Path(name).resolve()
        try:
            unpack(path, folder, most=MOST_BYTES)
            _refuse_open_document(folder, named)
            book = read_book(folder)
        except (NotUnpacked, Damaged) as error:
            raise NotASheet(f"{named} is damaged or not to be trusted: {error}; {_AGAIN}") from None
        _refuse_live(book, named)
        yield book


def _refuse_open_document(folder: Path, named: str) -> None:
    kind = folder / "mimetype"
    if kind.is_file() and kind.stat().st_size < 200 and b"opendocument" in kind.read_bytes():
        raise NotASheet(f"{named} is an OpenDocument file; {_SAVE}, which LibreOffice can")


def _refuse_live(book: Book, named: str) -> None:
    """Raise NotASheet for a workbook that runs code or takes values from elsewhere."""
    parts = [part.casefold() for part in book.parts]
    if "macro" in book.kind.casefold() or any("vbaproject" in part for part in parts):
        what = "is a binary workbook" if "binary" in book.kind else "holds macros"
        raise NotASheet(f"{named} {what}; {_SAVE}, which holds none")
    if book.kind != _PLAIN:
        raise NotASheet(f"{named} is no plain workbook; {_SAVE}")
    if any(part.startswith("xl/externallinks/") for part in parts):
        raise NotASheet(
            f"{named} has links to other workbooks; break them (Data, Edit Links, Break Link), "
            "replace what they gave by values, and save"
        )
    if any(part.startswith(("xl/connections", "xl/querytables/")) for part in parts):
        raise NotASheet(
            f"{named} has connections to other data; delete them (Data, Queries & Connections) "
            "and save"
        )


def facts_of(book: Book) -> Facts:
    """Return what the workbook carries of the package it was made from. Raises NotASheet."""
    found = [one for one in book.entries if one.name == FACTS]
    if len(found) != 1:
        raise NotASheet(
            f"the workbook has no hidden sheet {FACTS}: `toolkit sheet export` did not make it, or "
            f"the sheet was deleted; {_AGAIN}"
        )
    try:
        lines = (line.cells for line in book.grid(found[0]))
        return read([tuple(cells[n].text for n in sorted(cells)) for cells in lines])
    except Unknown:
        raise NotASheet(f"the hidden sheet {FACTS} was changed; {_AGAIN}") from None
    except Damaged as error:
        raise NotASheet(f"the workbook is damaged: {error}; {_AGAIN}") from None
