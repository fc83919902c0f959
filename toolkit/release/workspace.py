"""Where a release is written, and how it takes its place: whatever disturbs a build, never in part.

A build writes in a folder ``.building-…`` of its own inside the output folder. Then the folder of
the release and its zip are put in place. Whenever that is broken off, by SIGKILL too:

- The release folder is the former one or the new one, whole. Where the file system can exchange two
  folders (Linux, macOS), there is no moment without one; elsewhere it may be missing for a moment,
  and the next build puts the former one back.
- The zip is missing or whole, and never that of another build than the folder: it is taken away
  before the folders are exchanged. The next build puts back the one that fits.
- What a killed build leaves is taken away by the next one. A lock tells it from what is in use: the
  kernel gives it up when a process ends, however it ends.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from toolkit.release.archive import CHECKSUMS

_PREFIX = ".building-"
# What was in place before; a folder in the workspace.
_FORMER = "former"
# renameat2 of Linux (RENAME_EXCHANGE), renamex_np of macOS (RENAME_SWAP): <stdio.h>.
_AT_FDCWD, _EXCHANGE = -100, 2


@contextmanager
def open_workspace(output: Path) -> Iterator[Path]:
    """Yield a new folder in ``output``, which is made if need be; it is removed in the end.

    What killed builds left in ``output`` is cleared first. Raises OSError.
    """
    output.mkdir(parents=True, exist_ok=True)
    with locked(output):
        for left in sorted(output.glob(f"{_PREFIX}*")):
            _clear(left, output)
        # Nobody can take the new folder for a leftover before it is locked.
        workspace = Path(tempfile.mkdtemp(dir=output, prefix=_PREFIX))
        lock = _lock(workspace)
    try:
        yield workspace
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
        os.close(lock)


def publish(folder: Path, archive: Path | None, output: Path) -> Path:
    """Put a folder and its zip, if it has one, from a workspace of ``output`` in their places.

    Returns the folder in its place. Raises OSError, after which what was there is as it was.
    """
    final = output / folder.name
    places = [(final, "folder", Path.is_dir)]
    zipped = output / archive.name if archive else None
    if zipped:
        places.append((zipped, "file", Path.is_file))
    for place, kind, fits in places:
        if place.is_symlink() or (place.exists() and not fits(place)):
            raise FileExistsError(f"{place} is no {kind}; move it away, the new one goes there")
    former = folder.parent / _FORMER
    former.mkdir()
    with locked(output), ExitStack() as undo:
        if zipped and zipped.exists():
            _move(zipped, former / zipped.name, undo)
        if not final.exists():
            _move(folder, final, undo)
        elif _exchange(folder, final):
            undo.callback(_exchange, folder, final)
        else:
            _move(final, former / final.name, undo)
            _move(folder, final, undo)
        if archive and zipped:
            _move(archive, zipped, undo)
        undo.pop_all()
    return final


def _move(source: Path, target: Path, undo: ExitStack) -> None:
    source.rename(target)
    undo.callback(target.rename, source)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(libc.renamex_np(*names, _EXCHANGE) == 0)
    if not hasattr(libc, "renameat2"):
        return False
    return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE) == 0)


def _clear(left: Path, output: Path) -> None:
    """Remove the workspace of a killed build; what it had taken from its place goes back first."""
    try:
        lock = _lock(left, needed=True)
    except OSError:
        # It is in use, or is no folder of a build.
        return
    try:
        for before in sorted((left / _FORMER).glob("*")):
            if before.is_dir() and not (output / before.name).exists():
                before.rename(output / before.name)
        for archive in (*left.glob("*.zip"), *(left / _FORMER).glob("*.zip")):
            if not (output / archive.name).exists() and _fits(archive, output / archive.stem):
                archive.rename(output / archive.name)
        shutil.rmtree(left, ignore_errors=True)
    finally:
        os.close(lock)


def _fits(archive: Path, folder: Path) -> bool:
    """Whether a zip that was written by a build is that of a release folder."""
    try:
        with zipfile.ZipFile(archive) as opened:
            content = opened.read(f"{folder.name}/{CHECKSUMS}")
        return content == (folder / CHECKSUMS).read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait until no other process has the lock of a folder, and hold it."""
    lock = _lock(folder.resolve(), wait=True)
    try:
        yield
    finally:
        os.close(lock)


def _lock(folder: Path, *, wait: bool = False, needed: bool = False) -> int:
    """Lock a folder and return the handle that holds the lock until it is closed.

    Raises BlockingIOError if another process holds it and we do not ``wait``, any other OSError if
    the lock is ``needed``: some network file systems lock no folders.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if needed or isinstance(error, BlockingIOError):
            os.close(handle)
            raise
    return handle
