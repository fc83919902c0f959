"""What a release is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import Report
from toolkit.package import Package
from toolkit.tables import Database


class NotReleasable(Exception):
    """The package lacks what a release needs; the message says what."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release folder, the typed tables of its package, and the report of their validation.

    The folder is being written, or it is read to be verified.
    """

    folder: Path
    database: Database
    report: Report

    @property
    def package(self) -> Package:
        """The package of the release."""
        return self.database.package

    def file(self, ending: str) -> Path:
        """Return the path of a file named like the package."""
        return self.folder / f"{self.package.name}.{ending}"
