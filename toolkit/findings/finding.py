"""One finding, and the rule that it breaks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

VALUE_LIMIT = 200
# What a finding is when written out, in this order (`Finding.to_dict`).
COLUMNS = (
    *("rule", "severity", "file", "table", "record", "line", "character", "key", "column"),
    *("value", "message", "hint", "fix"),
)
# Format characters that Arabic text needs; every other one could disguise what is printed.
_HARMLESS_FORMAT = "\u200c\u200d"


class Severity(StrEnum):
    """How much a finding matters: ``error`` always fails, ``warning`` fails under ``--strict``."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for info."""
        return list(Severity).index(self)


def escape(text: str, limit: int | None = None) -> str:
    r"""Return ``text`` safe to print: control and bidi characters escaped, cut at ``limit``.

    >>> escape("a\x1b[31m")
    'a\\x1b[31m'
    """
    if limit is not None and len(text) > limit:
        text = text[:limit] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_printable(char) for char in text)


def _printable(char: str) -> str:
    category = unicodedata.category(char)
    if char == "\t" or (category[0] != "C" and category not in ("Zl", "Zp")):
        return char
    if char in _HARMLESS_FORMAT:
        return char
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule code stands for; the text of its page.

    ``code`` never changes meaning and is never reused. ``origin`` names the file of the
    package that defines the rule; it is empty for the rules built into the toolkit.
    """

    code: str
    name: str
    severity: Severity
    title: str
    what: str
    why: str
    bad: str
    good: str
    hint: str
    origin: str = ""

    def finding(self, file: str, message: str, **place: Any) -> Finding:
        """Return a finding of this rule; ``place`` gives any further field of Finding."""
        return Finding(
            rule=self.code,
            severity=self.severity,
            hint=self.hint,
            file=file,
            message=message,
            **place,
        )


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A physical line of the file; ``start`` and ``end`` bound the cell, in characters."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault at one place.

    ``record`` counts CSV records (header = 1); ``line`` is the physical line, counted from 1,
    on which the cell begins. Both are None where the fault belongs to no row. ``position`` is the
    1-based position of the column and serves ordering and excerpts only. ``fix`` is the text that
    the cell should have, where it can only be one: ``toolkit fix`` writes it.
    """

    rule: str
    severity: Severity
    file: str
    message: str
    hint: str = ""
    table: str | None = None
    record: int | None = None
    line: int | None = None
    key: str | None = None
    column: str | None = None
    position: int = 0
    value: str | None = None
    excerpt: Excerpt | None = None
    fix: str | None = None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: file, line, column, rule, message."""
        return (self.file, self.line or self.record or 0, self.position, self.rule, self.message)

    @property
    def character(self) -> int | None:
        """Where on its line the cell begins, counted in characters from 1; None if unknown."""
        return self.excerpt.start + 1 if self.line and self.excerpt else None

    @property
    def place(self) -> str:
        """``file:line:character``, as far as they are known; editors make a link of it."""
        numbers = (self.line, self.character)
        return ":".join([self.file, *(str(number) for number in numbers if number)])

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as a dictionary of JSON values, text escaped and cut."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "file": self.file,
            "table": self.table,
            "record": self.record,
            "line": self.line,
            "character": self.character,
            "key": None if self.key is None else escape(self.key, VALUE_LIMIT),
            "column": self.column,
            "value": None if self.value is None else escape(self.value, VALUE_LIMIT),
            "message": escape(self.message),
            "hint": escape(self.hint),
            "fix": None if self.fix is None else escape(self.fix, VALUE_LIMIT),
        }
