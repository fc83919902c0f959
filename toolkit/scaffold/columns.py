"""The columns of a table: what type each proposes itself to be, and what stands for no value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.package.infer import infer_types
from toolkit.tables.profile import ColumnFacts, Profile

# What is written for "no value". Only in a column of numbers, dates and the like is it known to
# mean that: elsewhere NA may be Namibia.
MISSING = ("NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", r"\N", *"-.?", "..")
# How many different texts of a column frictionless sees; all of them are then held against the
# type that it finds.
_SAMPLE = 200


@dataclass(slots=True)
class Column:
    """A column: the descriptor of its type, the texts that stand for no value, and its counts."""

    name: str
    type: dict[str, Any]
    missing: tuple[str, ...]
    facts: ColumnFacts
    complete: bool
    codelist: str = ""

    @property
    def unique(self) -> bool:
        """Whether no two of its cells are the same."""
        return 0 < self.facts.distinct == self.facts.filled

    @property
    def kind(self) -> str:
        """The name of its type."""
        return str(self.type["type"])


def columns_of(profile: Profile, delimiter: str) -> list[Column]:
    """Return the columns of a table; ``delimiter`` is that of the file from which it came."""
    names = profile.table.schema.names
    gone = {name: profile.among(name, MISSING) for name in names}
    samples = [
        [text for text in profile.values(name, _SAMPLE) if text not in gone[name]] for name in names
    ]
    inferred = infer_types(samples)
    return [
        _column(profile, name, type_, gone[name], delimiter)
        for name, type_ in zip(names, inferred, strict=True)
    ]


def _column(
    profile: Profile, name: str, inferred: str, gone: tuple[str, ...], delimiter: str
) -> Column:
    facts = profile.facts(name, gone)
    for type_ in _candidates(inferred, facts, delimiter):
        if facts.filled and profile.fits(name, type_, gone):
            return Column(name, type_, gone, facts, facts.filled == profile.rows)
    facts = profile.facts(name)
    type_ = {"type": "string" if facts.filled else "any"}
    return Column(name, type_, (), facts, facts.filled == profile.rows)


def _candidates(inferred: str, facts: ColumnFacts, delimiter: str) -> list[dict[str, Any]]:
    """Return the types to try, in order; text, which everything is, is what is left."""
    if inferred in ("integer", "number"):
        if facts.textual:
            return []
        return [{"type": "integer"}, {"type": "number"}][inferred == "number" :]
    if inferred == "string" and delimiter == ";":
        # Where a semicolon separates cells, the comma is often that of a number.
        return [{"type": "number", "decimalChar": ","}]
    return [] if inferred in ("string", "any") else [{"type": inferred}]
