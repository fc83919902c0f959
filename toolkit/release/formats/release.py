"""What a release is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from toolkit.findings import Report
from toolkit.package import Package
from toolkit.tables import Database

# The earliest time that a zip can hold.
_UNKNOWN = datetime(1980, 1, 1, tzinfo=UTC)


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

    @property
    def created(self) -> datetime:
        """When the package says that it was created, in UTC; otherwise the first day of 1980."""
        stated = self.package.descriptor.get("created")
        try:
            moment = datetime.fromisoformat(stated) if isinstance(stated, str) else _UNKNOWN
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (OverflowError, ValueError):
            return _UNKNOWN

    def file(self, ending: str) -> Path:
        """Return the path of a file named like the package."""
        return self.folder / f"{self.package.name}.{ending}"
