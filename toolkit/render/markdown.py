"""A report as Markdown: totals, findings, and what every rule looked at."""

from __future__ import annotations

import html
import re

from toolkit.findings import Report, escape

# Findings listed in full; the totals above them are always exact.
_LISTED = 200


def render_markdown(report: Report) -> str:
    """Return the report as Markdown; text from the package cannot act as markup."""
    rows = sum(report.rows.values())
    lines = [
        f"# Validation of {_cell(report.package)} {_cell(report.version)}",
        "",
        f"{rows:,} rows in {len(report.rows)} tables. "
        + ", ".join(f"{severity}: {count:,}" for severity, count in report.totals.items())
        + ".",
        "",
        "## Tables",
        "",
        "| Table | Rows |",
        "| --- | ---: |",
        *(f"| {_cell(name)} | {count:,} |" for name, count in report.rows.items()),
        "",
        "## Findings",
        "",
    ]
    if report.findings:
        lines += ["| Place | Rule | Severity | Message |", "| --- | --- | --- | --- |"]
        for finding in report.findings[:_LISTED]:
            place = f"{finding.file}:{finding.line}" if finding.line else finding.file
            cells = (place, finding.rule, finding.severity, finding.message)
            lines.append("| " + " | ".join(map(_cell, cells)) + " |")
        more = sum(report.totals.values()) - min(len(report.findings), _LISTED)
        if more:
            lines += ["", f"{more:,} more are in validation.json."]
    else:
        lines.append("None.")
    lines += ["", "## Rules", "", "| Rule | Name | Rows looked at | Findings | Waived |"]
    lines.append("| --- | --- | ---: | ---: | ---: |")
    for result in report.results:
        looked_at = (
            f"not run: {_cell(result.skipped)}" if result.skipped else f"{result.looked_at:,}"
        )
        lines.append(
            f"| {result.rule.code} | {_cell(result.rule.name)} | {looked_at} "
            f"| {result.findings:,} | {result.waived:,} |"
        )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is, in one table cell."""
    plain = html.escape(escape(text).replace("\t", " "), quote=False)
    return re.sub(r"([\\`*_{}\[\]#|!~])", r"\\\1", plain)
