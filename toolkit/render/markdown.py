"""A report as Markdown: totals, findings, and what every rule looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.findings import Report
from toolkit.findings.markup import inline
from toolkit.render.shown import first, left_out, sums

# Lines of the table of kinds; the totals above it are always exact.
_KINDS = 200


def render_markdown(report: Report, *, limit: int = 10) -> str:
    """Return the report as Markdown; text from the package cannot act as markup.

    Of each kind (rule, file and column) the first ``limit`` findings are listed; 0 lists all.
    """
    rows = sum(report.rows.values())
    totals = ", ".join(f"{severity}: {count:,}" for severity, count in report.totals.items())
    lines = [
        f"# Validation of {inline(report.package)} {inline(report.version)}",
        "",
        f"{rows:,} rows in {len(report.rows)} tables. {totals}.",
        "",
        "## Tables",
        "",
        "| Table | Rows |",
        "| --- | ---: |",
        *_rows((name, f"{count:,}") for name, count in report.rows.items()),
        "",
        "## Findings",
        "",
        *(_findings(report, limit) if report.groups else ["None."]),
        "",
        "## Rules",
        "",
        "| Rule | Name | Rows looked at | Findings | Waived |",
        "| --- | --- | ---: | ---: | ---: |",
        *_rows(_results(report)),
    ]
    return "\n".join(lines) + "\n"


def _rows(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    return (f"| {' | '.join(map(inline, row))} |" for row in rows)


def _findings(report: Report, limit: int) -> Iterator[str]:
    found = sums(report)
    yield from (
        "| Findings | Rule | Severity | File | Columns |",
        "| ---: | --- | --- | --- | --- |",
    )
    yield from _rows(
        (f"{one.count:,}", one.rule, one.severity, one.file, one.columns) for one in found[:_KINDS]
    )
    if len(found) > _KINDS:
        yield from ("", f"{len(found) - _KINDS:,} more kinds are left out of this table.")
    shown = [finding for finding, _ in first(report, limit)]
    yield from ("", "| Place | Rule | Severity | Message |", "| --- | --- | --- | --- |")
    yield from _rows(
        (finding.place, finding.rule, finding.severity, finding.message) for finding in shown
    )
    if more := left_out(report, len(shown)):
        yield from ("", f"{more:,} more are not listed; `toolkit validate --limit 0` lists all.")


def _results(report: Report) -> Iterator[tuple[str, ...]]:
    for result in report.results:
        looked_at = f"not run: {result.skipped}" if result.skipped else f"{result.looked_at:,}"
        counted = (f"{result.findings:,}", f"{result.waived:,}")
        yield (result.rule.code, result.rule.name, looked_at, *counted)
