"""Versions, and how much a difference asks that the version be raised.

The numbers are those of Semantic Versioning 2.0.0 (semver.org); which difference asks for which is
laid down in docs/versions.md, after the Data Package version recipe
(datapackage.org/recipes/data-package-version).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import total_ordering
from typing import NamedTuple

from toolkit.diff.model import Change, Difference, Kind, RowKind

_PART = r"(0|[1-9][0-9]{0,8})"
_SUFFIX = r"[0-9A-Za-z-]{1,40}(?:\.[0-9A-Za-z-]{1,40}){0,9}"
_VERSION = re.compile(rf"{_PART}\.{_PART}\.{_PART}(?:-({_SUFFIX}))?(?:\+{_SUFFIX})?", re.ASCII)


class Level(IntEnum):
    """Which number of a version a difference raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version of three numbers; ``pre`` is what follows a hyphen, such as ``rc.1``."""

    major: int
    minor: int
    patch: int
    pre: str = ""

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """Return the version that a text is; None if it is none."""
        match = _VERSION.fullmatch(text)
        return match and cls(int(match[1]), int(match[2]), int(match[3]), match[4] or "")

    @property
    def core(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    def __str__(self) -> str:
        return ".".join(map(str, self.core)) + (f"-{self.pre}" if self.pre else "")

    def __lt__(self, other: Version) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[object, ...]:
        """Semantic Versioning, section 11: numbers before words, a pre-release before its own."""
        parts = [
            (0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre.split(".")
        ]
        return (*self.core, not self.pre, parts)

    def raised(self, level: Level) -> Version:
        """Return the lowest version that tells of a difference of this level.

        Before 1.0.0 a major change raises the second number, as nothing is promised yet. What a
        pre-release announces counts from the version that it leads to.
        """
        if level == Level.NONE:
            return self
        if level == Level.MAJOR and self.major == 0:
            level = Level.MINOR
        if level == Level.MAJOR:
            return Version(self.major + 1, 0, 0)
        if level == Level.MINOR:
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)


class Reason(NamedTuple):
    """What asks for a level, in a few words."""

    level: Level
    text: str


_LEVELS = {
    Kind.PACKAGE_CHANGED: Level.PATCH,
    Kind.TABLE_REMOVED: Level.MAJOR,
    Kind.TABLE_ADDED: Level.MINOR,
    Kind.TABLE_CHANGED: Level.PATCH,
    Kind.KEY_CHANGED: Level.MAJOR,
    Kind.FIELD_REMOVED: Level.MAJOR,
    Kind.FIELD_ADDED: Level.MINOR,
    Kind.FIELD_RETYPED: Level.MAJOR,
    Kind.FIELDS_REORDERED: Level.MAJOR,
    Kind.CODELIST_REMOVED: Level.MAJOR,
    Kind.CODELIST_ADDED: Level.MINOR,
    Kind.CODE_REMOVED: Level.MAJOR,
    Kind.CODE_ADDED: Level.MINOR,
    Kind.CODE_CHANGED: Level.PATCH,
}
# Which properties of a field are words about it; any other one changes what it may hold.
_WORDS = ("title", "description", "example", "examples", "rdfType")
_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength")


def level_of(change: Change) -> Level:
    """Return how much a change of the contract asks for."""
    if change.kind == Kind.PACKAGE_CHANGED and change.what == "name":
        return Level.MAJOR
    if change.kind == Kind.KEY_CHANGED and change.what != "primaryKey":
        # Fewer keys allow more rows; more or other ones allow fewer.
        return Level.MINOR if change.new is None else Level.MAJOR
    if change.kind != Kind.FIELD_CHANGED:
        return _LEVELS[change.kind]
    if change.what in _WORDS:
        return Level.PATCH
    return Level.MINOR if _allows_more(change) else Level.MAJOR


def _allows_more(change: Change) -> bool:
    """Whether everything that a constraint allowed is allowed as before."""
    name = change.what.removeprefix("constraints.")
    if change.new is None or change.old is None:
        return change.new is None or (name in ("required", "unique") and change.new == "false")
    if name in ("required", "unique"):
        return change.new == "false"
    old, new = _value(change.old), _value(change.new)
    if name == "enum" and isinstance(old, list) and isinstance(new, list):
        return all(value in new for value in old)
    if isinstance(old, int | float | str) and type(old) is type(new):
        if name in _LOWER_BOUNDS:
            return bool(new <= old)  # type: ignore[operator]
        if name in _UPPER_BOUNDS:
            return bool(new >= old)  # type: ignore[operator]
    return False


def _value(text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return float(value) if isinstance(value, int) else value


def reasons(difference: Difference) -> list[Reason]:
    """Return what asks that the version be raised, the most first."""
    found = [Reason(level_of(change), title(change)) for change in difference.changes]
    for table in difference.tables:
        counts = table.counts
        # Rows without a key have no identifier that anyone could have cited.
        gone = Level.MAJOR if table.key else Level.PATCH
        levels = {
            RowKind.REMOVED: gone,
            RowKind.RENAMED: gone,
            RowKind.ADDED: Level.MINOR,
            RowKind.CHANGED: Level.PATCH,
        }
        found += [
            Reason(
                levels[kind], f"{count:,} {'row' if count == 1 else 'rows'} {kind} in {table.name}"
            )
            for kind, count in counts.items()
            if count
        ]
    return sorted(found, key=lambda reason: -reason.level)


def title(change: Change) -> str:
    """Return a change of the contract in words: ``field kind of events retyped``."""
    noun, _, verb = change.kind.partition("-")
    if change.kind == Kind.PACKAGE_CHANGED:
        return f"{change.what} of the package changed"
    if change.kind == Kind.FIELDS_REORDERED:
        return f"fields of {change.place} reordered"
    if change.kind == Kind.KEY_CHANGED:
        return f"{change.what} of {change.place} changed"
    words = {"codelist": "code list", "code": "code", "table": "table", "field": "field"}
    named = f" {change.name}" if change.name else ""
    within = f" of {change.place}" if named else f" {change.place}"
    what = f" ({change.what})" if change.what and verb == "changed" else ""
    return f"{words[noun]}{named}{within} {verb}{what}"
