"""Several files written as one: all of them, or none.

The new files are made whole in a folder ``.toolkit-edit`` of the package, beside copies of the old
ones and a journal. Then they take their places one after the other, and the journal goes. Where
that fails, the old files are put back; where the process is killed, `put_back` does so the next
time. A lock keeps a second writer away.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from toolkit.findings import escape
from toolkit.package import Package
from toolkit.release.workspace import locked

FOLDER = ".toolkit-edit"
_JOURNAL = "journal.json"


class NotWritten(Exception):
    """Nothing was written; the message says why and what to do."""


class Change(NamedTuple):
    """What a file is to become: its ``path`` in the package, where it is, its bytes by now."""

    path: str
    file: Path
    before: bytes
    after: bytes


def write_all(root: Path, changes: Sequence[Change]) -> None:
    """Write files of the package in ``root``, all or none.

    Raises NotWritten if one of them is no longer what it was when it was read, and OSError if it
    cannot be written; either way each is as it was.
    """
    with locked(root):
        _check(changes)
        folder = root / FOLDER
        try:
            folder.mkdir()
        except FileExistsError:
            message = f"{FOLDER} is in the way, which an interrupted write left; run the command"
            raise NotWritten(f"{message} again") from None
        try:
            _prepare(folder, changes)
            with _deaf():
                # Nobody can be kept from editing a file, so that this is asked as late as can be.
                _check(changes)
                _exchange(folder, changes)
        finally:
            if not (folder / _JOURNAL).exists():
                shutil.rmtree(folder, ignore_errors=True)


def _check(changes: Sequence[Change]) -> None:
    for change in changes:
        if _hash_of(change.file) != _hash(change.before):
            raise NotWritten(
                f"{escape(change.path)} was changed by somebody else since it was read"
                "; nothing was written, so begin again from it as it is"
            )


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _hash_of(file: Path) -> str:
    """Return the hash of a file; an empty text if it is no regular file."""
    try:
        return _hash(file.read_bytes()) if file.is_file() else ""
    except FileNotFoundError:
        return ""


def _prepare(folder: Path, changes: Sequence[Change]) -> None:
    entries = []
    for number, (path, file, before, after) in enumerate(changes):
        _put(folder / f"{number}.before", before)
        _put(folder / f"{number}.after", after)
        for name in (f"{number}.before", f"{number}.after"):
            shutil.copymode(file, folder / name)
        entries.append({"path": path, "before": _hash(before), "after": _hash(after)})
    _put(folder / "journal.part", json.dumps(entries).encode())
    (folder / "journal.part").rename(folder / _JOURNAL)


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _exchange(folder: Path, changes: Sequence[Change]) -> None:
    done: list[int] = []
    try:
        for number, change in enumerate(changes):
            (folder / f"{number}.after").replace(change.file.resolve())
            done.append(number)
    except BaseException:
        try:
            for number in reversed(done):
                (folder / f"{number}.before").replace(changes[number].file.resolve())
            (folder / _JOURNAL).unlink()
        except OSError as error:
            message = f"not all files could be put back ({error.strerror})"
            raise NotWritten(f"{message}; the next command that writes tries again") from None
        raise
    # From here on the rows are in.
    (folder / _JOURNAL).unlink()


@contextmanager
def _deaf() -> Iterator[None]:
    """Let no Ctrl-C come between files: it takes milliseconds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def put_back(package: Package) -> list[str]:
    """Put back the files of a write that was killed, and return their paths in the package.

    Raises NotWritten if what it left does not tell, or if a file was changed since.
    """
    folder = package.root / FOLDER
    if not folder.exists() and not folder.is_symlink():
        return []
    unclear = f"{FOLDER} is not what an interrupted write leaves; look at it and move it away"
    if folder.is_symlink() or not folder.is_dir():
        raise NotWritten(unclear)
    with locked(package.root):
        waiting = list(_former(package, folder, unclear))
        for before, file, _ in waiting:
            before.replace(file.resolve())
        (folder / _JOURNAL).unlink(missing_ok=True)
        shutil.rmtree(folder)
    return [path for _, _, path in waiting]


def _former(package: Package, folder: Path, unclear: str) -> Iterator[tuple[Path, Path, str]]:
    """Yield the copy of each file that has to be put back, the file, and its path."""
    if not (folder / _JOURNAL).exists():
        # It was killed before it began to change files, or after it was done with all.
        return
    files = {one.path: one.file for one in package.resources if len(one.files) == 1}
    try:
        entries = json.loads(_own(folder / _JOURNAL))
        known = [(files[one["path"]], one["path"], one["before"], one["after"]) for one in entries]
        for number, (file, path, before, after) in enumerate(known):
            copy, found = folder / f"{number}.before", _hash_of(file)
            if found == after != before:
                if _hash(_own(copy)) != before:
                    raise NotWritten(unclear)
                yield copy, file, path
            elif found != before:
                raise NotWritten(
                    f"{escape(path)} was changed after a write that was interrupted; settle by "
                    f"hand whether {FOLDER}/{copy.name} is to take its place, then delete {FOLDER}"
                )
    except (OSError, ValueError, KeyError, TypeError):
        raise NotWritten(unclear) from None


def _own(path: Path) -> bytes:
    """Return the content of a regular file that is no link. Raises OSError."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as handle:
        return handle.read()
