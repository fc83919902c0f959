"""A report as lines of JSON, for reading it piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from toolkit.findings import Report


def render_jsonl(report: Report) -> str:
    """Return a line about the report, a line per kind of finding and a line per finding.

    Each line is an object whose ``type`` is ``report``, ``group`` or ``finding``.
    """
    lines = (json.dumps(one, ensure_ascii=False) for one in _objects(report))
    return "\n".join(lines) + "\n"


def _objects(report: Report) -> Iterator[dict[str, Any]]:
    whole = report.to_dict()
    totals = {key: whole[key] for key in ("package", "version", "rows", "totals")}
    yield {"type": "report", **totals}
    yield from ({"type": "group", **group} for group in whole["groups"])
    yield from ({"type": "finding", **finding} for finding in whole["findings"])
