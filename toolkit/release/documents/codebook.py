"""The codebook of a release as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.checks import Waiver, granted
from toolkit.findings import RuleResult
from toolkit.findings.markup import inline
from toolkit.package import CodeList
from toolkit.release.documents.words import (
    constraint_words,
    coverage_words,
    description_words,
    key_words,
    type_words,
    unique_words,
)
from toolkit.release.facts import Facts, FieldFacts, TableFacts, ViewFacts
from toolkit.render.markdown import table_rows


def codebook_markdown(facts: Facts) -> str:
    """Return every table, field, code, key, rule and waiver; nothing can act as markup."""
    package, report = facts.release.package, facts.release.report
    blocks = [
        f"# Codebook: {inline(facts.about.title)}",
        f"Version {inline(facts.about.version)}. {inline(facts.about.description)}".strip(),
        "## Tables",
        _grid(
            ("Table", "Rows", "Fields", "Description"),
            (
                (one.name, f"{one.rows:,}", str(len(one.fields)), one.description)
                for one in facts.tables
            ),
        ),
    ]
    for table in facts.tables:
        blocks += _table(table)
    if facts.views:
        blocks += [
            "## Views and macros",
            f"Queries that stand in {inline(facts.release.file('duckdb').name)} under a name. One "
            "with parameters is a table macro, which is called with a value for each of them.",
            _grid(
                ("Name", "What it shows"),
                ((one.view.signature, one.view.title) for one in facts.views),
            ),
        ]
    for view in facts.views:
        blocks += _view(view)
    if package.codelists:
        blocks += ["## Code lists"]
    for codelist in package.codelists.values():
        blocks += [f"### {inline(codelist.name)}", _codelist(codelist, facts)]
    if report.results:
        blocks += [
            "## Rules",
            "What each rule looked at, in rows, and what it found.",
            _grid(
                ("Rule", "Severity", "Title", "What it checks", "Looked at", "Found", "Waived"),
                map(_rule, report.results),
            ),
        ]
    if waivers := granted(package):
        blocks += [
            "## Waivers",
            "Findings that do not count, each with its reason and its last day.",
            _grid(("Rule", "Table", "Key", "Reason", "Until"), map(_waiver, waivers)),
        ]
    return "\n\n".join(blocks) + "\n"


def _grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    line = f"| {' | '.join(header)} |"
    return "\n".join([line, "|" + " --- |" * len(header), *table_rows(rows)])


def _table(table: TableFacts) -> Iterator[str]:
    yield f"### {inline(table.name)}"
    if table.description:
        yield inline(table.description)
    facts = [f"- Unique: {inline(words)}" for words in unique_words(table)]
    facts += [f"- Key: {inline(words)}" for words, _ in key_words(table)]
    if facts:
        yield "\n".join(facts)
    yield _grid(
        ("Field", "Type", "Constraints", "Holds", "Description"),
        (_field(one, table.rows) for one in table.fields),
    )


def _field(one: FieldFacts, rows: int) -> tuple[str, ...]:
    constraints = [*constraint_words(one)]
    if one.field.codelist:
        constraints.append(f"codes of {one.field.codelist}")
    held = "; ".join(coverage_words(one, rows))
    return (one.field.name, type_words(one), "; ".join(constraints), held, description_words(one))


def _view(view: ViewFacts) -> Iterator[str]:
    one = view.view
    yield f"### {inline(one.signature)}"
    yield inline(one.title + ".")
    yield f"- One row: {inline(one.row)}\n- Mind: {inline(one.caveats)}"
    yield _grid(
        ("Column", "Type", "Description"),
        ((column.name, column.type, column.description) for column in view.columns),
    )


def _codelist(codelist: CodeList, facts: Facts) -> str:
    uses = facts.uses(codelist.name)
    return _grid(
        ("Code", "Title", "Description", *(f"Rows of {inline(name)}" for name, _ in uses)),
        (
            (*row[:3], *(f"{counts.get(row[0], 0):,}" for _, counts in uses))
            for row in codelist.rows
        ),
    )


def _rule(result: RuleResult) -> tuple[str, ...]:
    rule = result.rule
    looked_at = f"not run: {result.skipped}" if result.skipped else f"{result.looked_at:,}"
    counts = (f"{result.findings:,}", f"{result.waived:,}")
    return (rule.code, str(rule.severity), rule.title, rule.what, looked_at, *counts)


def _waiver(waiver: Waiver) -> tuple[str, ...]:
    return (waiver.rule, waiver.table, waiver.key, waiver.reason, waiver.until)
