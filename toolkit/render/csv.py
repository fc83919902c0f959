"""A report as CSV: a row per finding, for spreadsheets and data frames."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from toolkit.findings import Finding, Report, escape
from toolkit.findings.finding import COLUMNS
from toolkit.findings.markup import inert

# What a finding holds as the package has it.
_NAMES = ("file", "table", "column")


def render_csv(report: Report) -> str:
    """Return the findings as CSV; ``of_kind`` counts those of the same rule, file and column.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    sizes = {id(one): group.count for group in report.groups for one in group.findings}
    rows = ([*_cells(finding), sizes[id(finding)]] for finding in report.findings)
    return csv_text((*COLUMNS, "of_kind"), rows)


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV; a text that a spreadsheet would run gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(
        [inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return out.getvalue()


def _cells(finding: Finding) -> list[object]:
    cells = finding.to_dict()
    for name in _NAMES:
        cells[name] = cells[name] and escape(cells[name])
    return list(cells.values())
