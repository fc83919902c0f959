"""What a workbook tells those who edit it: on its first sheet, and at the head of each column."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.package import Package, Schema
from toolkit.release.formats.codebook import constraints, text_of

# A note of a cell is to be read at a glance; Excel takes 32,767 characters.
_LONGEST = 3_000
_CODES = 25

HELP = (
    ("How to edit", "", "Change cells, add rows below the last one, delete whole rows."),
    ("", "", "Rest the pointer on a column's name: a note says what the column holds."),
    (
        "Names of columns",
        "",
        "Dark: every row needs a value. Dark and slanted: the key, by which rows are told apart. "
        "A row whose key you change is another row. Light: may stay empty.",
    ),
    ("Lists", "", "Many columns offer their values: open the arrow at the right of the cell."),
    (
        "Dates",
        "",
        "Write year, month and day as 2024-12-05. All cells are text, so that they stay.",
    ),
    (
        "Please leave alone",
        "",
        "The names and the order of columns, the names of sheets, and the hidden sheets. No "
        "formulas, no merged cells. Show all rows and columns before you save.",
    ),
    ("Pasting", "", "Paste values only (Paste Special, Values or Text), so that cells stay text."),
    ("Sorting", "", "You may sort and filter rows. Take filters away before you save."),
    (
        "When you are done",
        "",
        "Save as an Excel workbook (.xlsx) and run: toolkit sheet import FILE.xlsx. It shows every "
        "difference, refuses what a spreadsheet spoilt and names the cell, checks the whole "
        "package, and asks before it writes.",
    ),
)


def about(package: Package, schema: Schema, name: str) -> str:
    """Return what there is to know of a field, as lines."""
    text = "\n".join(_lines(package, schema, name))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _lines(package: Package, schema: Schema, name: str) -> Iterator[str]:
    field = schema.field(name)
    if title := text_of(field.descriptor, "title"):
        yield title
    if description := text_of(field.descriptor, "description"):
        yield description
    yield f"Type: {field.type if field.format == 'default' else f'{field.type} ({field.format})'}"
    if found := "; ".join(constraints(schema, field)):
        yield f"Must be: {found}"
    if (example := field.descriptor.get("example")) is not None:
        yield f"Example: {example}"
    codes = package.codelists.get(field.codelist or "")
    if codes:
        yield f"Codes of {codes.name}:"
        yield from (f"  {code}: {title}" for code, title, *_ in codes.rows[:_CODES])
        if len(codes.rows) > _CODES:
            yield f"  … and {len(codes.rows) - _CODES} more"
