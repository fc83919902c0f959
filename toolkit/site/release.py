"""The release that a site shows: whole, valid, and with no file that is a link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import Finding, escape
from toolkit.package import Package
from toolkit.package.opened import NotOpened, open_package
from toolkit.release.archive import CHECKSUMS
from toolkit.release.inventory import checksum_findings, take_inventory
from toolkit.site.errors import NoSite


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """A release folder, its package and its files by their paths in it.

    ``archive`` is the zip that it was unpacked from, None if it was a folder.
    """

    folder: Path
    package: Package
    files: dict[str, Path]
    archive: Path | None

    def file(self, path: str) -> Path:
        """Return a file of the release. Raises NoSite."""
        if path not in self.files:
            raise NoSite(f"the release has no file {escape(path)}; toolkit build makes one anew")
        return self.files[path]

    @property
    def database(self) -> str:
        """The path of the DuckDB file."""
        return f"{self.package.name}.duckdb"

    @property
    def name(self) -> str:
        """What the release is called."""
        return f"{self.package.name}-{self.package.version}"


@contextmanager
def open_release(path: Path) -> Iterator[OpenRelease]:
    """Open the folder or the zip of a release, whose files are those of its checksums.

    Raises NoSite.
    """
    try:
        with open_package(str(path), rules=False) as opened:
            folder = opened.package.root
            inventory = take_inventory(folder)
            if CHECKSUMS not in inventory.files:
                raise NoSite(
                    f"{escape(str(path))} is no release: it has no {CHECKSUMS}; "
                    "toolkit build makes one of a package"
                )
            for finding in (*inventory.odd, *checksum_findings(inventory)):
                raise NoSite(f"the release is not whole: {_told(finding)}; see toolkit verify")
            archive = path if path.is_file() and folder != path.parent else None
            yield OpenRelease(folder, opened.package, inventory.files, archive)
    except NotOpened as error:
        raise NoSite(str(error)) from None


def _told(finding: Finding) -> str:
    return f"{escape(finding.file)}: {escape(finding.message, 300)}"
