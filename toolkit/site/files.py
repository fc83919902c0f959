"""Files of a site, the same bytes every time."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, cast


class Written(NamedTuple):
    """A file of the site: its path in it, what it is, and its size in bytes."""

    path: str
    title: str
    bytes: int


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON; compressed by gzip if the name ends in ``.gz``."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if path.suffix != ".gz":
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    with _packed(path) as out:
        out.write(text.encode())


def pack(source: Path, target: Path) -> None:
    """Copy a file, compressed by gzip."""
    with source.open("rb") as file, _packed(target) as out:
        shutil.copyfileobj(file, out)


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing through gzip, without a name and a time."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        yield cast(IO[bytes], packed)
