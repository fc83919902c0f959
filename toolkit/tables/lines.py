"""From record numbers to physical lines: what an editor and a review show."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from toolkit.findings import Excerpt, Finding
from toolkit.package import Resource
from toolkit.tables.scan import LINE_END, Record, records


def with_places(findings: Iterable[Finding], resource: Resource) -> list[Finding]:
    """Return findings about rows of ``resource`` with their physical line and an excerpt of it."""
    findings = list(findings)
    wanted = {finding.record for finding in findings if finding.record is not None}
    if not wanted:
        return findings
    text = resource.file.read_bytes().decode(resource.encoding, "replace").removeprefix("\ufeff")
    found: dict[int, Record] = {}
    for record in records(text, resource.dialect):
        if record.number in wanted:
            found[record.number] = record
            if len(found) == len(wanted):
                break
    return [_placed(finding, found.get(finding.record or 0), text) for finding in findings]


def _placed(finding: Finding, record: Record | None, text: str) -> Finding:
    if record is None:
        return finding
    start, end = record.start, record.end
    if 0 < finding.position <= len(record.spans):
        start, end = record.spans[finding.position - 1]
    elif finding.position:
        start = end
    line = record.line + sum(1 for _ in LINE_END.finditer(text, record.start, start))
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line_end = LINE_END.search(text, start)
    shown = text[line_start : line_end.start() if line_end else len(text)]
    excerpt = Excerpt(shown, start - line_start, min(end - line_start, len(shown)))
    return dataclasses.replace(finding, line=line, excerpt=excerpt)
