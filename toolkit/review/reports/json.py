"""A review as one JSON object; docs/reviewing.md describes it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from toolkit.diff.version import level_of
from toolkit.findings import Finding
from toolkit.review.model import Findings, Review, Section, Shift
from toolkit.review.shown import headline, verdict


def render_json(review: Review, *, strict: bool = False) -> str:
    """Return the review; values stand in it as they are, every other character as ASCII."""
    value = {
        "old": dataclasses.asdict(review.old),
        "new": dataclasses.asdict(review.new),
        "headline": headline(review),
        "verdict": verdict(review, strict=strict),
        "fails": review.fails(strict=strict),
        "findings": _findings(review.findings),
        "version": {
            **dataclasses.asdict(review.version),
            "faults": [
                {"message": message, "hint": hint} for message, hint in review.version.faults
            ],
        },
        "sections": [_section(one) for one in review.sections],
        "shifts": [_shift(one) for one in review.shifts],
        "duplicates": _all(review.duplicates),
        "removed": _all(review.removed),
        "changes": [
            {**dataclasses.asdict(one), "level": level_of(one).name.lower()}
            for one in review.changes
        ],
        "checks": _all(review.checks),
        "tasks": _all(review.tasks),
        "skipped": _all(review.skipped),
        "notes": list(review.notes),
        "left_out": review.left_out,
    }
    return json.dumps(value, indent=2) + "\n"


def _all(things: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(one) for one in things]


def _findings(found: Findings) -> dict[str, Any]:
    def listed(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
        return [one.to_dict() for one in findings]

    return {
        "counts": {str(severity): count for severity, count in found.counts.items()},
        "new": listed(found.new),
        "old": found.old,
        "mended_count": found.mended_count,
        "mended": listed(found.mended),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        **dataclasses.asdict(section),
        "counts": {str(kind): count for kind, count in section.counts.items()},
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {**dataclasses.asdict(shift), "turn": str(shift.turn)}
