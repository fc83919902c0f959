"""What differs between two states of a package, and what that asks of its version."""

from toolkit.diff.compare import LIMIT, compare
from toolkit.diff.model import Cell, Change, Difference, Kind, Row, RowKind, Skipped, TableDiff
from toolkit.diff.tags import last_version
from toolkit.package.opened import NotOpened

__all__ = [
    "LIMIT",
    "Cell",
    "Change",
    "Difference",
    "Kind",
    "NotOpened",
    "Row",
    "RowKind",
    "Skipped",
    "TableDiff",
    "compare",
    "last_version",
]
