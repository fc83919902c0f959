"""From record numbers to physical lines: what an editor and a review show."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator

from toolkit.findings import Excerpt, Finding
from toolkit.package import Resource
from toolkit.package.inline import are_objects
from toolkit.package.text import JsonPath, deepest, lines_of, text_lines
from toolkit.tables.grammar import LINE_END
from toolkit.tables.scan import Record, records_of
from toolkit.tables.survey import record_at
from toolkit.tables.table import Table

# A longer line of a descriptor, which may hold all of the data, shows nothing.
_LONGEST = 1000


def with_places(findings: Iterable[Finding], tables: dict[str, Table]) -> list[Finding]:
    """Return findings, those about rows of the tables with their physical line and an excerpt."""
    placed = list(findings)
    # The file alone does not tell: several tables can stand in one descriptor.
    of_table: dict[str, list[int]] = {}
    for index, finding in enumerate(placed):
        if finding.table in tables and finding.record is not None:
            of_table.setdefault(finding.table, []).append(index)
    for name, own in of_table.items():
        table = tables[name]
        place = _in_descriptor if table.resource.inline else _in_files
        found = place([placed[index] for index in own], table)
        for index, finding in zip(own, found, strict=True):
            placed[index] = finding
        table.contents.close()
    return placed


def _in_files(findings: list[Finding], table: Table) -> list[Finding]:
    of_record: dict[int, list[int]] = {}
    for index, finding in enumerate(findings):
        of_record.setdefault(finding.record or 0, []).append(index)
    placed = list(findings)
    for number, (record, text) in _found(table, sorted(of_record)):
        # The findings of a line share its text: a line can be long, and all of its cells at fault.
        lines: dict[int, str] = {}
        for index in of_record[number]:
            placed[index] = _placed(findings[index], table, record, text, lines)
    return placed


def _in_descriptor(findings: list[Finding], table: Table) -> Iterator[Finding]:
    """Yield findings with the line of the row, or of the cell, in the text of the descriptor."""
    path = table.resource.file
    lines, text = lines_of(path), text_lines(path)
    for finding in findings:
        line = deepest(lines, _entry(table.resource, finding))
        excerpt = _shown(text[line - 1].rstrip("\r"), finding.value) if line else None
        yield dataclasses.replace(finding, line=line, excerpt=excerpt)


def _entry(resource: Resource, finding: Finding) -> JsonPath:
    """Return where in the descriptor the row of a finding stands, and the cell in the row."""
    data, record = resource.descriptor["data"], finding.record or 0
    if isinstance(data, str):
        return resource.place
    if not are_objects(data):
        return (*resource.place, record - 1, finding.position - 1)
    # The keys are the header: it has no row of its own.
    return (*resource.place, record - 2, finding.column or "") if record > 1 else resource.place


def _shown(line: str, value: str | None) -> Excerpt | None:
    """Return the line with the value bounded, where it can be told; the whole of it otherwise."""
    if len(line) > _LONGEST:
        return None
    for mark in (json.dumps(value, ensure_ascii=False), value) if value else ():
        if line.count(mark) == 1:
            return Excerpt(line, line.index(mark), line.index(mark) + len(mark))
    return Excerpt(line, len(line) - len(line.lstrip()), len(line.rstrip()))


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
        numbers = set(wanted)
        for record, text in records_of(contents.texts(contents.end), dialect):
            if record.number in numbers:
                yield record.number, (record, text)
            if record.number >= wanted[-1]:
                break


def _placed(
    finding: Finding, table: Table, record: Record, text: str, lines: dict[int, str]
) -> Finding:
    """Return the finding with its place; ``lines`` keeps lines that were cut out of the text."""
    start, end = record.start, record.end
    if 0 < finding.position <= len(record.spans):
        start, end = record.spans[finding.position - 1]
    elif finding.position:
        start = end
    file, line = table.contents.original(
        record.line + sum(1 for _ in LINE_END.finditer(text, record.start, start))
    )
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if line_start not in lines:
        line_end = LINE_END.search(text, start)
        lines[line_start] = text[line_start : line_end.start() if line_end else len(text)]
    shown = lines[line_start]
    excerpt = Excerpt(shown, start - line_start, min(end - line_start, len(shown)))
    return dataclasses.replace(finding, file=file, line=line, excerpt=excerpt)
