"""From record numbers to physical lines: what an editor and a review show."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from toolkit.findings import Excerpt, Finding
from toolkit.tables.scan import LINE_END, Record, records
from toolkit.tables.survey import record_at
from toolkit.tables.table import Table


def with_places(findings: Iterable[Finding], table: Table) -> list[Finding]:
    """Return findings about rows of ``table`` with their physical line and an excerpt of it."""
    findings = list(findings)
    wanted = sorted({finding.record for finding in findings if finding.record is not None})
    found = dict(_found(table, wanted))
    return [
        _placed(finding, table, *found[finding.record]) if finding.record in found else finding
        for finding in findings
    ]


def _found(table: Table, wanted: list[int]) -> Iterator[tuple[int, tuple[Record, str]]]:
    """Yield the number, the record and the text in which its spans count, for each that is."""
    contents, dialect = table.contents, table.resource.dialect
    if table.survey:
        for number in wanted:
            line, offset = table.survey.place(number)
            record, text, _ = record_at(contents, dialect, offset)
            record.line = line
            yield number, (record, text)
    elif wanted:
        text = contents.text(contents.start, contents.end)
        numbers = set(wanted)
        for record in records(text, dialect):
            if record.number in numbers:
                yield record.number, (record, text)
            if record.number >= wanted[-1]:
                break


def _placed(finding: Finding, table: Table, record: Record, text: str) -> Finding:
    start, end = record.start, record.end
    if 0 < finding.position <= len(record.spans):
        start, end = record.spans[finding.position - 1]
    elif finding.position:
        start = end
    file, line = table.contents.original(
        record.line + sum(1 for _ in LINE_END.finditer(text, record.start, start))
    )
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line_end = LINE_END.search(text, start)
    shown = text[line_start : line_end.start() if line_end else len(text)]
    excerpt = Excerpt(shown, start - line_start, min(end - line_start, len(shown)))
    return dataclasses.replace(finding, file=file, line=line, excerpt=excerpt)
