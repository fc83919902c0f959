"""Results for people: a table that folds to the width of a terminal, and Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.findings import escape
from toolkit.findings.markup import Paint, fitting, inline, width_of
from toolkit.query.session import Column

Row = tuple[str | None, ...]
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE")
# A column of text that is narrower than this cannot be read.
_NARROW = 10
_GAP = "  "
_NULL, _BOLD, _DIM = "NULL", "1", "2"


def is_number(column: Column) -> bool:
    """Whether the cells of a column are numbers, which stand to the right."""
    return column.type.partition("(")[0].removeprefix("U") in _NUMBERS


def render_table(columns: list[Column], rows: list[Row], width: int | None, colour: bool) -> str:
    """Return rows as a table that takes no more than ``width`` columns of a terminal, if given.

    Cells are folded; where columns would become too narrow to read, each row is shown as a list.
    A cell without a value says NULL, an empty one is empty.
    """
    paint = Paint(colour)
    cells = [[_lines(cell) for cell in row] for row in rows]
    wanted = [
        max([width_of(escape(column.name)), *(_widest(row[index]) for row in cells)])
        for index, column in enumerate(columns)
    ]
    room = None if width is None else width - len(_GAP) * (len(columns) - 1)
    widths = _shared(wanted, columns, room)
    lines = (
        _table(columns, rows, cells, widths, paint)
        if widths
        else _list(columns, rows, cells, width or 0, paint)
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _lines(cell: str | None) -> list[str]:
    if cell is None:
        return [_NULL]
    return [escape(line.replace("\t", "    ")) for line in _split(cell)]


def _split(cell: str) -> list[str]:
    return cell.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _widest(lines: list[str]) -> int:
    return max(map(width_of, lines))


def _shared(wanted: list[int], columns: list[Column], room: int | None) -> list[int]:
    """Return the widths of columns; the widest texts give way. Empty if they cannot be read so."""
    if room is None or sum(wanted) <= room:
        return wanted
    firm = [
        is_number(column) or width <= _NARROW for column, width in zip(columns, wanted, strict=True)
    ]
    room -= sum(width for width, is_firm in zip(wanted, firm, strict=True) if is_firm)
    widths = dict(enumerate(wanted))
    open_ = sorted((width, index) for index, width in enumerate(wanted) if not firm[index])
    for place, (width, index) in enumerate(open_):
        widths[index] = min(width, room // (len(open_) - place))
        room -= widths[index]
        if widths[index] < _NARROW:
            return []
    return [widths[index] for index in range(len(wanted))] if room >= 0 else []


def _table(
    columns: list[Column],
    rows: list[Row],
    cells: list[list[list[str]]],
    widths: list[int],
    paint: Paint,
) -> Iterator[str]:
    right = [is_number(column) for column in columns]
    heads = [
        _folded([escape(column.name)], width) for column, width in zip(columns, widths, strict=True)
    ]
    yield from _beside(heads, widths, right, [_BOLD] * len(columns), paint)
    yield _GAP.join("─" * width for width in widths)
    for row, lines in zip(rows, cells, strict=True):
        folded = [_folded(part, width) for part, width in zip(lines, widths, strict=True)]
        yield from _beside(
            folded, widths, right, [_DIM if cell is None else "" for cell in row], paint
        )


def _beside(
    cells: list[list[str]], widths: list[int], right: list[bool], codes: list[str], paint: Paint
) -> Iterator[str]:
    """Yield the lines of cells that stand beside each other."""
    for number in range(max(map(len, cells), default=0)):
        parts = []
        for lines, width, to_right, code in zip(cells, widths, right, codes, strict=True):
            text = lines[number] if number < len(lines) else ""
            blank = " " * (width - width_of(text))
            shown = paint.isolate(text)
            shown = paint(shown, code) if code and text else shown
            parts.append(blank + shown if to_right else shown + blank)
        yield _GAP.join(parts)


def _list(
    columns: list[Column], rows: list[Row], cells: list[list[list[str]]], width: int, paint: Paint
) -> Iterator[str]:
    """Yield each row as a list of its columns."""
    names = [escape(column.name) for column in columns]
    margin = min(max(map(width_of, names)), max(width // 2, _NARROW))
    room = max(width - margin - len(_GAP), _NARROW)
    for number, (row, lines) in enumerate(zip(rows, cells, strict=True), 1):
        head = f"── row {number:,} "
        yield paint(head + "─" * (width - len(head)), _DIM)
        for name, cell, part in zip(names, row, lines, strict=True):
            codes = [_BOLD, _DIM if cell is None else ""]
            both = [_folded([name], margin), _folded(part, room)]
            yield from _beside(both, [margin, room], [False, False], codes, paint)


def _folded(lines: list[str], width: int) -> list[str]:
    """Break lines at spaces, or where there is none within a word."""
    folded = []
    for line in lines:
        rest = line
        while width_of(rest) > width:
            part = fitting(rest, width)
            space = part.rfind(" ")
            if space > 0 and not rest[len(part) :].startswith(" "):
                part = part[:space]
            folded.append(part)
            rest = rest[len(part) :].lstrip(" ")
        folded.append(rest)
    return folded


def render_markdown(columns: list[Column], rows: list[Row]) -> str:
    """Return rows as a table in GitHub Flavored Markdown; a cell without a value says NULL."""
    head = [inline(column.name) or " " for column in columns]
    marks = ["---:" if is_number(column) else "---" for column in columns]
    body = [
        [_NULL if cell is None else "<br>".join(map(inline, _split(cell))) for cell in row]
        for row in rows
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, marks, *body))
