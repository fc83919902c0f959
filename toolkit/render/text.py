"""A report for people: each finding with its line quoted and the cell marked."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.findings import Excerpt, Finding, Report, Severity, escape
from toolkit.findings.finding import VALUE_LIMIT
from toolkit.findings.markup import Paint, disarm, fitting, width_of
from toolkit.render.shown import first, rules, sums

# How much of a line is shown: before the cell, of the cell, and in all.
_BEFORE, _CELL, _WIDTH = 32, 60, 96
# From how many findings on they are summed up by kind, and how many kinds are listed.
_MANY, _KINDS = 20, 20
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def render_text(
    report: Report, *, limit: int = 10, colour: bool = False, filtered: str = ""
) -> str:
    """Return the findings, if they are many their numbers by kind, and a summary line.

    Of each kind (rule, file and column) the first ``limit`` findings are shown and the others
    counted; 0 shows all. ``colour`` is for terminals: it adds colours, and marks that keep
    right-to-left text from moving what stands beside it. ``filtered`` names the filters in use.
    """
    paint = Paint(colour)
    lines: list[str] = []
    for finding, more in first(report, limit):
        lines += [*_finding(finding, paint), ""]
        if more:
            lines += [f"… and {more:,} more of {finding.rule} there; --limit 0 shows all", ""]
    if sum(report.totals.values()) > _MANY:
        lines += [*_by_kind(report, paint), ""]
    lines.append(_summary(report, paint) + (f" (filtered by {filtered})" if filtered else ""))
    return disarm("\n".join(lines)) + "\n"


def summary(report: Report) -> str:
    """Return one line: what was looked at and how much was found. It holds numbers only."""
    return _summary(report, Paint(False))


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    place = escape(finding.place)
    label = paint(f"{finding.severity} {finding.rule}", _COLOURS[finding.severity])
    where = ", ".join(
        escape(text, 80) for text in (finding.key and f"row {finding.key}", finding.column) if text
    )
    yield f"{paint(place + ':', '1')} {label}" + (f"  {paint.isolate(where)}" if where else "")
    yield f"  {paint.isolate(escape(finding.message))}"
    if finding.excerpt and finding.line:
        yield from _excerpt(finding.excerpt, finding.line, paint)
    if finding.hint:
        yield f"  {paint('hint:', '1')} {paint.isolate(escape(finding.hint))}"
    if finding.fix is not None:
        shown = paint.isolate(escape(finding.fix, VALUE_LIMIT) or "an empty cell")
        yield f"  {paint('fix:', '1')} {shown} (toolkit fix writes it)"


def _excerpt(excerpt: Excerpt, line: int, paint: Paint) -> Iterator[str]:
    before = _tail(excerpt.text[: excerpt.start], _BEFORE)
    cell = _head(excerpt.text[excerpt.start : excerpt.end], _CELL)
    room = max(0, _WIDTH - width_of(before) - width_of(cell))
    after = _head(excerpt.text[excerpt.end :], room)
    margin = " " * len(str(line))
    yield f"  {line} | " + "".join(map(paint.isolate, (before, cell, after)))
    yield f"  {margin} | {' ' * width_of(before)}{paint('~' * max(1, width_of(cell)), '31')}"


def _head(text: str, room: int) -> str:
    """Return the start of ``text`` that fits into ``room`` columns of a terminal."""
    shown = escape(text[: room + 1]).replace("\t", " ")
    part = fitting(shown, room)
    return part if part == shown and len(text) <= room + 1 else part + "…"


def _tail(text: str, room: int) -> str:
    shown = escape(text[-room - 1 :]).replace("\t", " ")
    part = fitting(shown[::-1], room)[::-1]
    return part if part == shown and len(text) <= room + 1 else "…" + part


def _by_kind(report: Report, paint: Paint) -> Iterator[str]:
    """Sum up by rule and file, so that one cause behind many findings can be seen."""
    known, found = rules(report), sums(report)
    table = [("count", "rule", "file", "column")]
    for one in found[:_KINDS]:
        name = f"{one.rule} {escape(known[one.rule].name, 40)}" if one.rule in known else one.rule
        table.append((f"{one.count:,}", name, escape(one.file, 100), one.columns))
    widths = [max(map(width_of, cells)) for cells in zip(*table, strict=True)]
    yield paint("By kind", "1")
    for count, *cells in table:
        padded = (
            cell + " " * (width - width_of(cell))
            for cell, width in zip(cells, widths[1:], strict=True)
        )
        yield f"  {count:>{widths[0]}}  {'  '.join(padded)}".rstrip()
    if len(found) > _KINDS:
        yield f"  … and {len(found) - _KINDS:,} more kinds; --format json counts them all"


def _summary(report: Report, paint: Paint) -> str:
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
