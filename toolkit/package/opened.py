"""Opening a package by name: a folder, a descriptor, the zip of a release, or a git revision."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.findings import Finding, escape
from toolkit.package.archive import HARMLESS_BYTES, MOST_FILES, NotUnpacked, open_archive
from toolkit.package.descriptor import load_package
from toolkit.package.git import GitFailed, run_git
from toolkit.package.model import Package

_SUFFIXES = (".json", ".yaml", ".yml")
# Metadata faults that leave nothing to compare.
_FATAL = ("D001", "D002")
# An object's kind, name and path as ``ls-tree -z`` lists them.
_ENTRY = re.compile(rb"(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.+)", re.DOTALL)


class NotOpened(Exception):
    """What was named cannot be read, or not serve what it was named for; the message says why."""


@dataclass(frozen=True)
class Opened:
    """A package as it was named, and the faults of its metadata, looked for when asked for."""

    label: str
    package: Package
    faults: Iterable[Finding]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The faults of the metadata."""
        return tuple(self.faults)


@contextmanager
def open_package(named: str, here: Path = Path()) -> Iterator[Opened]:
    """Open a folder, a descriptor, a zip or else a git revision of the repository of ``here``.

    A path that exists is never taken for a revision. Raises NotOpened.
    """
    path = Path(named)
    if path.is_dir() or (path.is_file() and path.suffix in _SUFFIXES):
        yield _opened(named, path)
    elif path.is_file():
        with _failing(named), contextlib.ExitStack() as opened:
            folder = opened.enter_context(open_archive(path))
            one = _opened(named, folder)
            yield one
    else:
        with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
            _check_out(named, here, Path(name))
            yield _opened(named, Path(name))


@contextmanager
def _failing(named: str) -> Iterator[None]:
    try:
        yield
    except NotUnpacked as error:
        raise NotOpened(f"{escape(named)} cannot be read: {error}") from None


def _opened(named: str, path: Path) -> Opened:
    package, faults = load_package(path)
    side = Opened(named, package, faults)
    if package.resources:
        return side
    if fatal := [finding for finding in side.findings if finding.rule in _FATAL]:
        first = fatal[0]
        line = f":{first.line}" if first.line else ""
        raise NotOpened(f"{escape(named)}: {escape(first.file)}{line}: {escape(first.message)}")
    return side


def _check_out(revision: str, here: Path, folder: Path) -> None:
    """Write the files of a revision, as they are stored, below the folder that ``here`` is.

    No filter, hook, link or attribute of the repository plays a part, and nothing is fetched.
    """
    if revision.startswith("-") or not revision.isprintable() or not revision:
        raise NotOpened(f"{escape(revision)!r} is neither a path nor a revision")
    prefix = _git(here, "rev-parse", "--show-prefix").rstrip(b"\n")
    try:
        given = f"{revision}^{{commit}}"
        commit = _git(here, "rev-parse", "--verify", "--quiet", "--end-of-options", given)
    except NotOpened:
        raise NotOpened(
            f"{escape(revision)} is no file, no folder and no revision of this repository"
        ) from None
    tree = f"{commit.decode('ascii').strip()}:{os.fsdecode(prefix)}"
    try:
        listed = _git(here, "ls-tree", "--full-tree", "-r", "-l", "-z", tree)
    except NotOpened:
        raise NotOpened(f"{escape(revision)} has no folder {os.fsdecode(prefix)}") from None
    entries = [match for part in listed.split(b"\0") if (match := _ENTRY.fullmatch(part))]
    # Links and submodules are left out: 120000 and 160000.
    blobs = [match for match in entries if match[1].startswith(b"100") and match[4].isdigit()]
    if len(blobs) > MOST_FILES or sum(int(match[4]) for match in blobs) > HARMLESS_BYTES:
        raise NotOpened(f"{escape(revision)} has too many files, or files that are too large")
    _write_blobs(here, folder, [(match[3], int(match[4]), match[5]) for match in blobs])


def _write_blobs(here: Path, folder: Path, blobs: list[tuple[bytes, int, bytes]]) -> None:
    names = b"".join(name + b"\n" for name, _, _ in blobs)
    with tempfile.TemporaryFile() as batch:
        _git(here, "cat-file", "--batch", given=names, output=batch.fileno())
        batch.seek(0)
        for name, size, path in blobs:
            parts = os.fsdecode(path).split("/")
            if not batch.readline().startswith(name) or ".." in parts or ".git" in parts:
                raise NotOpened(f"the file {escape(os.fsdecode(path))} cannot be read from git")
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(batch.read(size))
            batch.read(1)


def _git(here: Path, *arguments: str, **streams: Any) -> bytes:
    try:
        return run_git(here, *arguments, **streams)
    except GitFailed as error:
        raise NotOpened(str(error)) from None
