"""The folder of copies: one text file for each source, possibly made by a stranger."""

from __future__ import annotations

import os
import stat
from pathlib import Path

SUFFIX = ".txt"
# A page of a newspaper has some 10 kB, a long report 1 MB.
LARGEST = 5_000_000


class Unusable(Exception):
    """There is a copy, and it cannot be read; the message says why."""


class Copies:
    """The copies that lie in a folder itself. Raises OSError if there is no such folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Names come from the package: only those that the folder lists are ever opened.
        self._names = frozenset(one.name for one in folder.iterdir())

    def read(self, source: str) -> str | None:
        """Return the text of the copy of a source, None if there is none; or raise Unusable."""
        name = source + SUFFIX
        if name not in self._names:
            return None
        path = self._folder / name
        try:
            kind = path.lstat().st_mode
            if not stat.S_ISREG(kind):
                what = "a link" if stat.S_ISLNK(kind) else "no regular file"
                raise Unusable(f"the copy {name} is {what}")
            # Should it be replaced just now, a link is not followed and a pipe does not block.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            raise Unusable(f"the copy {name} cannot be read ({error.strerror})") from None
        if len(content) > LARGEST:
            raise Unusable(f"the copy {name} is larger than {LARGEST:,} bytes")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise Unusable(f"the copy {name} is not UTF-8 (line {line})") from None
