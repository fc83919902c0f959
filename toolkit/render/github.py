"""A report for GitHub Actions: annotations in the log, and the summary of the step."""

from __future__ import annotations

from toolkit.findings import Finding, Report, Severity, escape
from toolkit.render.markdown import render_markdown
from toolkit.render.shown import left_out, ranked
from toolkit.render.text import summary

# GitHub drops what a step says beyond ten annotations of each level, and summaries over 1 MiB.
_ANNOTATIONS = 10
_SUMMARY = 1024 * 1024
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render_github(report: Report) -> str:
    """Return workflow commands that annotate the files, the worst findings first.

    Of each level there are at most ten, spread over the kinds of findings; where there are more,
    the last notice says how many and how to see them.
    """
    shown: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
    for finding in ranked(report):
        if len(shown[finding.severity]) < _ANNOTATIONS:
            shown[finding.severity].append(finding)
    notices = shown[Severity.INFO]
    if left_out(report, sum(map(len, shown.values()))):
        del notices[_ANNOTATIONS - 1 :]
    more = left_out(report, sum(map(len, shown.values())))
    lines = [_annotation(finding) for findings in shown.values() for finding in findings]
    if more:
        text = (
            f"{more:,} more are not annotated, because GitHub shows ten of each level. "
            "`toolkit validate --limit 0` lists all."
        )
        lines.append(_command("notice", text, title=f"{more:,} more findings"))
    return "\n".join([*lines, summary(report)]) + "\n"


def render_step_summary(report: Report, *, limit: int = 10, taken: int = 0) -> str:
    """Return the Markdown for the summary of the step, of which ``taken`` bytes are in use."""
    text = render_markdown(report, limit=limit).encode("utf-8", "backslashreplace")
    room = _SUMMARY - taken
    if len(text) > room:
        last = "\n\nThe rest is cut off: GitHub shows 1 MiB.\n"
        end = text.rfind(b"\n", 0, max(0, room - len(last)))
        text = text[:end] + last.encode() if end > 0 else b""
    return text.decode()


def _annotation(finding: Finding) -> str:
    place: dict[str, object] = {"file": escape(finding.file)}
    if finding.line:
        place["line"] = finding.line
        if finding.excerpt:
            place |= {"col": finding.character, "endColumn": finding.excerpt.end + 1}
    where = ", ".join(
        escape(text, 80) for text in (finding.key and f"row {finding.key}", finding.column) if text
    )
    title = f"{finding.rule}: {where}" if where else finding.rule
    text = escape(finding.message) + (f"\n{escape(finding.hint)}" if finding.hint else "")
    return _command(_LEVELS[finding.severity], text, **place, title=title)


def _command(level: str, text: str, **properties: object) -> str:
    named = ",".join(
        f"{name}={_data(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in properties.items()
    )
    return f"::{level} {named}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
