"""The files of a git revision, written into a folder."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from toolkit.findings import escape
from toolkit.package.archive import HARMLESS_BYTES, MOST_FILES
from toolkit.package.git import GitFailed, run_git

# An object's kind, name and path as ``ls-tree -z`` lists them.
_ENTRY = re.compile(rb"(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.+)", re.DOTALL)


def check_out(revision: str, here: Path, folder: Path) -> None:
    """Write the files of a revision, as they are stored, below the folder that ``here`` is.

    No filter, hook, link or attribute of the repository plays a part, and nothing is fetched.
    Raises GitFailed.
    """
    if revision.startswith("-") or not revision.isprintable() or not revision:
        raise GitFailed(f"{escape(revision)!r} is neither a path nor a revision")
    try:
        prefix = run_git(here, "rev-parse", "--show-prefix").rstrip(b"\n")
    except GitFailed as error:
        raise GitFailed(
            f"{escape(revision)} is no file and no folder, and revisions cannot be read: {error}"
        ) from None
    try:
        given = f"{revision}^{{commit}}"
        commit = run_git(here, "rev-parse", "--verify", "--quiet", "--end-of-options", given)
    except GitFailed:
        raise GitFailed(
            f"{escape(revision)} is no file, no folder and no revision of this repository"
        ) from None
    tree = f"{commit.decode('ascii').strip()}:{os.fsdecode(prefix)}"
    try:
        listed = run_git(here, "ls-tree", "--full-tree", "-r", "-l", "-z", tree)
    except GitFailed:
        raise GitFailed(f"{escape(revision)} has no folder {os.fsdecode(prefix)}") from None
    entries = [match for part in listed.split(b"\0") if (match := _ENTRY.fullmatch(part))]
    # Links and submodules are left out: 120000 and 160000.
    blobs = [match for match in entries if match[1].startswith(b"100") and match[4].isdigit()]
    if len(blobs) > MOST_FILES or sum(int(match[4]) for match in blobs) > HARMLESS_BYTES:
        raise GitFailed(f"{escape(revision)} has too many files, or files that are too large")
    _write_blobs(here, folder, [(match[3], int(match[4]), match[5]) for match in blobs])


def _write_blobs(here: Path, folder: Path, blobs: list[tuple[bytes, int, bytes]]) -> None:
    names = b"".join(name + b"\n" for name, _, _ in blobs)
    with tempfile.TemporaryFile() as batch:
        run_git(here, "cat-file", "--batch", given=names, output=batch.fileno())
        batch.seek(0)
        for name, size, path in blobs:
            parts = os.fsdecode(path).split("/")
            if not batch.readline().startswith(name) or ".." in parts or ".git" in parts:
                raise GitFailed(f"the file {escape(os.fsdecode(path))} cannot be read from git")
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(batch.read(size))
            batch.read(1)
