"""A report for people: each finding with its line quoted and the cell marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from toolkit.findings import Excerpt, Finding, Group, Report, Severity, escape

# How much of a line is shown: before the cell, of the cell, and in all.
_BEFORE, _CELL, _WIDTH = 32, 60, 96
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def render_text(report: Report, *, limit: int = 10, colour: bool = False) -> str:
    """Return the findings and a summary line.

    Of each kind (rule, file and column) the first ``limit`` findings are shown and the others
    counted; 0 shows all. ``colour`` adds terminal colours.
    """
    paint = _Paint(colour)
    sizes = {_kind(group): group.count for group in report.groups}
    shown: Counter[tuple[str, str, str | None]] = Counter()
    lines: list[str] = []
    for finding in report.findings:
        kind = _kind(finding)
        shown[kind] += 1
        if not limit or shown[kind] <= limit:
            lines += [*_finding(finding, paint), ""]
        if limit and shown[kind] == limit < sizes[kind]:
            more = sizes[kind] - limit
            lines += [f"… and {more:,} more of {finding.rule} there; --limit 0 shows all", ""]
    lines.append(_summary(report, paint))
    return "\n".join(lines) + "\n"


def _kind(finding: Finding | Group) -> tuple[str, str, str | None]:
    return finding.rule, finding.file, finding.column


class _Paint:
    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def _finding(finding: Finding, paint: _Paint) -> Iterator[str]:
    place = escape(finding.file)
    if finding.line:
        place += f":{finding.line}"
    label = paint(f"{finding.severity} {finding.rule}", _COLOURS[finding.severity])
    where = ", ".join(
        escape(text, 80) for text in (finding.key and f"row {finding.key}", finding.column) if text
    )
    yield f"{paint(place, '1')}  {label}" + (f"  {where}" if where else "")
    yield f"  {escape(finding.message)}"
    if finding.excerpt and finding.line:
        yield from _excerpt(finding.excerpt, finding.line, paint)
    if finding.hint:
        yield f"  {paint('hint:', '1')} {escape(finding.hint)}"


def _excerpt(excerpt: Excerpt, line: int, paint: _Paint) -> Iterator[str]:
    before = escape(excerpt.text[: excerpt.start]).replace("\t", " ")
    cell = escape(excerpt.text[excerpt.start : excerpt.end]).replace("\t", " ")
    after = escape(excerpt.text[excerpt.end :]).replace("\t", " ")
    if len(before) > _BEFORE:
        before = "…" + before[-_BEFORE:]
    if len(cell) > _CELL:
        cell = cell[:_CELL] + "…"
    room = max(0, _WIDTH - len(before) - len(cell))
    if len(after) > room:
        after = after[:room] + "…"
    margin = " " * len(str(line))
    yield f"  {line} | {before}{cell}{after}"
    yield f"  {margin} | {' ' * len(before)}{paint('~' * max(1, len(cell)), '31')}"


def _summary(report: Report, paint: _Paint) -> str:
    totals = ", ".join(
        f"{count:,} {severity}{'s' if count != 1 and severity != Severity.INFO else ''}"
        for severity, count in report.totals.items()
        if count
    )
    rows = sum(report.rows.values())
    ran = sum(1 for result in report.results if not result.skipped)
    checked = f"{rows:,} rows in {len(report.rows)} tables held against {ran} rules"
    waived = sum(result.waived for result in report.results)
    verdict = paint(totals, "1") if totals else paint("no findings", "32")
    return f"{checked}: {verdict}" + (f" ({waived} waived)" if waived else "")
