"""A report as one JSON object."""

from __future__ import annotations

import json

from toolkit.findings import Report


def render_json(report: Report) -> str:
    """Return the whole report as indented JSON: totals, rows, every finding and rule result."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"
