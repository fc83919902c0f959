"""Reading the cells of a file without loss, and writing a table in canonical form."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from toolkit.package import Dialect, Schema
from toolkit.tables.canonical import Order, key_order, table_text
from toolkit.tables.scan import Role, records

_USUAL = Dialect()


class Unreadable(ValueError):
    """A file whose cells are not certain; ``line`` is where that shows."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_cells(path: Path, dialect: Dialect = _USUAL) -> list[list[str]]:
    """Return the cells of each row of a UTF-8 file, those of its header first.

    Comments are left out. Raises Unreadable where a quotation mark is out of place, a byte is no
    text or a row has another number of cells than the first one, and OSError.
    """
    text = path.read_bytes().decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    rows: list[list[str]] = []
    for record in records(text, dialect):
        if record.role == Role.SKIPPED:
            continue
        if record.faults:
            raise Unreadable(record.faults[0].message, record.line)
        if rows and record.count != len(rows[0]):
            message = f"the row has {record.count} cells, the first row {len(rows[0])}"
            raise Unreadable(message, record.line)
        rows.append(record.cells)
    return rows


def write_rows(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    key_fields: Sequence[str],
    *,
    schema: Schema | None = None,
    dialect: Dialect = _USUAL,
) -> None:
    """Write a table in canonical form: the file is whole, or stays as it was.

    Rows are put into the order of ``key_fields``, as texts, or as the types of a ``schema`` say
    (docs/fixing.md); cells are written as they are given. Raises OSError, and ValueError if a row
    has another number of cells than the header.
    """
    found = [list(row) for row in rows]
    if any(len(row) != len(header) for row in found):
        raise ValueError("a row has another number of cells than the header")
    positions = {name: index for index, name in enumerate(header)}
    order: Order | None = Order(tuple(positions[name] for name in key_fields))
    if schema is not None and tuple(key_fields) == schema.primary_key:
        order = key_order(schema, positions)
    text = table_text(list(header), found, dialect, order if key_fields else None)
    with beside(path) as part:
        part.write_bytes(text.encode("utf-8"))


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a new file beside ``path`` to write to, which takes its place once it is whole.

    It has a name that nobody could foresee, so that no link lies in wait there, and the mode of the
    file that it replaces. Where writing fails, ``path`` stays as it was.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        if path.exists():
            shutil.copymode(path, part)
        else:
            part.chmod(0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    """Return which permissions new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
