"""A report in the error types of frictionless, for comparing the two validators case by case."""

from __future__ import annotations

import json

from toolkit.findings import Finding, Report, Severity

# Faults that frictionless does not look for have the type that tells best what they are.
_TYPES = {
    **dict.fromkeys(("D001", "D002", "D003", "D010", "D011", "D012", "D013"), "package-error"),
    **dict.fromkeys(("D004", "D005", "D008"), "resource-error"),
    **dict.fromkeys(("D006", "D009"), "schema-error"),
    "D007": "scheme-error",
    "D016": "hash-count",
    "D017": "row-count",
    "S001": "encoding-error",
    **dict.fromkeys(("S002", "S003", "S012", "S013", "S014", "S015"), "source-error"),
    "S004": "missing-cell",
    "S005": "extra-cell",
    "S006": "blank-row",
    "S007": "missing-label",
    "S008": "incorrect-label",
    "S009": "extra-label",
    "S010": "incorrect-label",
    "S011": "duplicate-label",
    "K001": "primary-key",
    "K002": "primary-key",
    "K003": "unique-error",
    "K004": "unique-error",
    "K005": "foreign-key",
}
# Where one rule stands for several types, words of the message tell which.
_FINER = (
    ("D004", "the dialect of ", "dialect-error"),
    ("D004", "the encoding ", "encoding-error"),
    ("D006", "'fields/", "field-error"),
    ("D006", "the field ", "field-error"),
    ("D009", "is no resource", "resource-error"),
    ("D016", " bytes", "byte-count"),
    ("D017", " fields", "field-count"),
    ("S007", "for any field", "unmatched-header"),
)
_BY_LETTER = {"T": "type-error", "C": "constraint-error", "R": "row-constraint"}
# Types of frictionless that name no row, or a row but no cell.
_OF_FILE = ("label", "header", "encoding", "source", "scheme", "package", "resource", "schema")
_OF_ROW = ("blank-row", "primary-key", "foreign-key", "row-constraint")


# With an error of these types frictionless reads no row.
_STOPPING = frozenset(
    f"{kind}-error" for kind in ("package", "resource", "dialect", "schema", "field")
)


def render_conformance(report: Report) -> str:
    """Return the errors of the report as a JSON list of objects with type, row, field and cell.

    ``row`` counts records as ``record`` does. What frictionless could not have found is left out,
    because it cannot be compared: warnings, and faults of the data where the metadata have one.
    """
    found = [_entry(one) for one in report.findings if one.severity == Severity.ERROR]
    stopping = [one for one in found if one["type"] in _STOPPING]
    return json.dumps(stopping or found, ensure_ascii=False, indent=1) + "\n"


def _entry(one: Finding) -> dict[str, str | int | None]:
    kind = _type(one)
    of_file = kind.removesuffix("-error").split("-")[-1] in _OF_FILE
    of_cell = kind not in _OF_ROW and kind not in ("encoding-error", "source-error")
    return {
        "type": kind,
        "row": None if of_file else one.record,
        "field": (one.column or str(one.position or "") or None) if of_cell else None,
        "cell": one.value,
    }


def _type(one: Finding) -> str:
    if one.rule == "S011" and not one.value:
        return "blank-label"
    for rule, words, kind in _FINER:
        if one.rule == rule and words in one.message:
            return kind
    return _TYPES.get(one.rule) or _BY_LETTER.get(one.rule[0], "error")
