"""Zip files from strangers, unpacked into a temporary folder.

A zip (PKWARE's APPNOTE.TXT) may name files anywhere, name one twice, hold links, state sizes that
are not true, and inflate to any size. Whatever a release of this toolkit would not hold is refused.
"""

from __future__ import annotations

import errno
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from toolkit.findings import escape

MOST_FILES = 10_000
# No release shrinks to a hundredth, but for small ones: a DuckDB file is mostly empty pages.
LARGEST_RATIO = 100
HARMLESS_BYTES = 1 << 30
_LONGEST_NAME, _LONGEST_PART, _DEEPEST = 1_000, 240, 32
_CHUNK = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_SHOWN = 100
# What the zipfile module raises for files that are damaged or made up.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)


class NotUnpacked(Exception):
    """The file is no zip, or one that is not safe to unpack; the message says why."""


@contextmanager
def open_archive(path: Path) -> Iterator[Path]:
    """Unpack a zip into a temporary folder and yield the folder that its files share.

    That is the one at the top if all files are below it, as in a release, else the temporary folder
    itself. Raises NotUnpacked before anything is yielded, OSError if the file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
        folder = Path(name).resolve()
        unpack(path, folder)
        top = list(folder.iterdir())
        yield top[0] if len(top) == 1 and top[0].is_dir() else folder


def unpack(path: Path, folder: Path, *, most: int = 0) -> None:
    """Write the files of a zip into ``folder``, which is empty and nobody else's.

    They may have ``most`` bytes together; if it is 0, as many as a release may. Raises NotUnpacked,
    after which the folder may hold some of the files.
    """
    if not path.is_file():
        raise NotUnpacked(f"{escape(path.name)} is no file")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check(entries)
            left = most or max(HARMLESS_BYTES, LARGEST_RATIO * path.stat().st_size)
            if sum(entry.file_size for entry in entries) > left:
                raise NotUnpacked(f"the zip inflates to more than {left:,} bytes")
            for entry in entries:
                target = folder / entry.orig_filename
                if entry.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("xb") as out:
                    left -= _copy(source, out, left)
    except _BROKEN as error:
        reason = escape(" ".join(str(error).split()), _SHOWN) or type(error).__name__
        raise NotUnpacked(f"the zip cannot be read: {reason}") from None
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        # The zip names a place in the file that no file can have.
        raise NotUnpacked("the zip cannot be read: it names a place outside of itself") from None


def _copy(source: IO[bytes], out: IO[bytes], left: int) -> int:
    """Copy a file and return its size; what the zip says of the size is not believed."""
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > left:
            raise NotUnpacked("the zip inflates to more than it states")
        out.write(chunk)
    return size


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if not entries:
        raise NotUnpacked("the zip is empty")
    if len(entries) > MOST_FILES:
        raise NotUnpacked(f"the zip has {len(entries):,} entries, more than {MOST_FILES:,}")
    files: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        if reason := _fault(entry):
            raise NotUnpacked(f"the entry {_shown(entry.orig_filename)} {reason}")
        name = _folded(entry.orig_filename.removesuffix("/"))
        if name in files or (entry.is_dir() and name in folders):
            raise NotUnpacked(f"the entry {_shown(entry.orig_filename)} has the name of another")
        if not entry.is_dir():
            files.add(name)
        else:
            folders.add(name)
    for name in files:
        parts = name.split("/")
        above = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if both := (above & files) | ({name} & folders):
            raise NotUnpacked(f"the entry {_shown(min(both))} is both a file and a folder")


def _shown(name: str) -> str:
    return escape(name, _SHOWN).replace("\t", "\\t")


def _folded(name: str) -> str:
    """Return what two names share that some file systems take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _fault(entry: zipfile.ZipInfo) -> str:
    # The module cuts a name at a NUL and changes separators; this is the name as it stands.
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    checks = {
        "leads out of the zip": name.startswith(("/", "~"))
        or bool(_DRIVE.match(name))
        or ".." in name.split("/"),
        "has a name with characters that are not allowed": "\\" in name
        or escape(name) != name
        or "\t" in name,
        "has no proper name": any(part in ("", ".") for part in name.removesuffix("/").split("/")),
        "has a name that is too long": len(name.encode("utf-8", "replace")) > _LONGEST_NAME
        or name.count("/") > _DEEPEST
        or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in name.split("/")),
        "is a link or a device": kind not in (0, stat.S_IFREG, stat.S_IFDIR),
        "is encrypted": bool(entry.flag_bits & _ENCRYPTED),
        "is compressed in an unusual way": entry.compress_type not in _METHODS,
    }
    return next((reason for reason, found in checks.items() if found), "")
