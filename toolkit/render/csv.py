"""A report as CSV: a row per finding, for spreadsheets and data frames."""

from __future__ import annotations

import csv
import io

from toolkit.findings import Finding, Report, escape
from toolkit.findings.finding import COLUMNS

# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# What a finding holds as the package has it.
_NAMES = ("file", "table", "column")


def render_csv(report: Report) -> str:
    """Return the findings as CSV; ``of_kind`` counts those of the same rule, file and column.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    sizes = {id(one): group.count for group in report.groups for one in group.findings}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "of_kind"])
    for finding in report.findings:
        writer.writerow([*_cells(finding), sizes[id(finding)]])
    return out.getvalue()


def _cells(finding: Finding) -> list[object]:
    cells = finding.to_dict()
    for name in _NAMES:
        cells[name] = cells[name] and escape(cells[name])
    return [_inert(value) if isinstance(value, str) else value for value in cells.values()]


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
