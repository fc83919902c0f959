"""Opening a package by name: a folder, a descriptor, the zip of a release, or a git revision."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.findings import Finding, escape
from toolkit.package.descriptor import load_package
from toolkit.package.model import Package

_SUFFIXES = (".json", ".yaml", ".yml")
# Metadata faults that leave nothing to compare.
_FATAL = ("D001", "D002")


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
def open_package(named: str, here: Path = Path(), *, rules: bool = True) -> Iterator[Opened]:
    """Open a folder, a descriptor, a zip or else a git revision of the repository of ``here``.

    A path that exists is never taken for a revision. Without ``rules`` the consistency queries of
    the package are left out. Raises NotOpened.
    """
    path = Path(named)
    if path.is_dir() or (path.is_file() and path.suffix in _SUFFIXES):
        yield _opened(named, path, rules)
    elif path.is_file():
        from toolkit.package.archive import NotUnpacked, open_archive

        try:
            with open_archive(path) as folder:
                yield _opened(named, folder, rules)
        except NotUnpacked as error:
            raise NotOpened(f"{escape(named)} cannot be read: {error}") from None
    else:
        from toolkit.package.git import GitFailed
        from toolkit.package.revision import check_out

        with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
            try:
                check_out(named, here, Path(name))
            except GitFailed as error:
                raise NotOpened(str(error)) from None
            yield _opened(named, Path(name), rules)


def _opened(named: str, path: Path, rules: bool) -> Opened:
    package, faults = load_package(path, rules=rules)
    side = Opened(named, package, faults)
    if package.resources:
        return side
    if fatal := [finding for finding in side.findings if finding.rule in _FATAL]:
        first = fatal[0]
        line = f":{first.line}" if first.line else ""
        raise NotOpened(f"{escape(named)}: {escape(first.file)}{line}: {escape(first.message)}")
    return side
