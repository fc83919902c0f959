"""Where the tables of a package and their keys stand in a diagram.

Tables stand in columns, each to the right of those it refers to. A key that spans several columns
passes those between through a gap of its own, which all keys to the same table share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from toolkit.release.about import clean
from toolkit.release.facts import TableFacts

# Pixels: heights of a line of a box, of its head and foot, of a gap; space between boxes, columns.
_LINE, _HEAD, _FOOT, _GAP, _SPACE, _CHANNEL, _MARGIN = 18, 26, 6, 10, 22, 110, 10
_CHARACTER, _PADDING = 7.3, 20
_NAME, _FIELDS, _TABLES = 30, 12, 60
_SWEEPS = 6


@dataclass
class Box:
    """A table, or where ``lines`` is None the gap through which keys to it pass."""

    name: str
    lines: tuple[str, ...] | None
    x: int = 0
    y: int = 0
    width: int = 0

    @property
    def height(self) -> int:
        """The height in pixels."""
        return _GAP if self.lines is None else _HEAD + _LINE * len(self.lines) + _FOOT

    @property
    def head(self) -> int:
        """Where keys to the table arrive, from the top of the diagram."""
        return self.y + (_GAP // 2 if self.lines is None else _HEAD // 2)

    def line(self, index: int) -> int:
        """Return where the line ``index`` stands, from the top of the diagram."""
        return self.y + _HEAD + _LINE * index + _LINE // 2


@dataclass(frozen=True, slots=True)
class Curve:
    """A piece of a key: an SVG path, and the number of the table to which the key refers."""

    path: str
    target: int


@dataclass
class Diagram:
    """Boxes and curves in pixels, in the order in which they are drawn."""

    width: int = 0
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)


def draw(tables: Sequence[TableFacts]) -> Diagram | None:
    """Return the diagram of the tables; None if no table refers to one, or they are too many."""
    named = {table.name: table for table in tables}
    levels = _levels(named)
    if not any(levels.values()) or len(tables) > _TABLES:
        return None
    columns = _columns(named, levels)
    _order(columns, named)
    diagram = _place(columns)
    found = {(level, box.name): box for level, column in enumerate(columns) for box in column}
    numbers = {name: number for number, name in enumerate(named)}
    curves = dict.fromkeys(_curves(named, levels, found))
    diagram.curves = [Curve(path, numbers[target]) for path, target in curves]
    return diagram


def _parents(table: TableFacts, named: dict[str, TableFacts]) -> list[str]:
    """Return the other tables to which a table refers, each once."""
    found = dict.fromkeys(key.resource for key in table.keys)
    return [name for name in found if name in named and name != table.name]


def _levels(named: dict[str, TableFacts]) -> dict[str, int]:
    """Number the columns: a table stands behind those it refers to, as far as there is an order."""
    levels: dict[str, int] = {}
    waiting = list(named)
    while waiting:
        free = [
            name
            for name in waiting
            if all(parent in levels for parent in _parents(named[name], named))
        ]
        placed = free or waiting[:1]
        for name in placed:
            parents = _parents(named[name], named)
            levels[name] = max((levels[one] + 1 for one in parents if one in levels), default=0)
        waiting = [name for name in waiting if name not in levels]
    return levels


def _columns(named: dict[str, TableFacts], levels: dict[str, int]) -> list[list[Box]]:
    columns: list[list[Box]] = [[] for _ in range(max(levels.values()) + 1)]
    last: dict[str, int] = {}
    for name, table in named.items():
        columns[levels[name]].append(Box(name, _lines(table)))
        for parent in _parents(table, named):
            last[parent] = max(last.get(parent, 0), levels[name])
    for parent, end in last.items():
        for level in range(levels[parent] + 1, end):
            columns[level].append(Box(parent, None))
    return columns


def _lines(table: TableFacts) -> tuple[str, ...]:
    """Return the fields of a table that are part of a key."""
    keys = {name for key in table.keys for name in key.fields}
    keys |= set(table.table.schema.primary_key)
    return tuple(name for name in table.table.schema.names if name in keys)[:_FIELDS]


def _order(columns: list[list[Box]], named: dict[str, TableFacts]) -> None:
    """Order the boxes of each column by where their neighbours stand, to cross few keys."""
    pairs: list[list[tuple[str, str]]] = [[] for _ in columns]
    for level, column in enumerate(columns):
        for box in column:
            parents = [box.name] if box.lines is None else _parents(named[box.name], named)
            pairs[level] += [(parent, box.name) for parent in parents]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        levels = range(1, len(columns)) if down else range(len(columns) - 2, -1, -1)
        for level in levels:
            other = columns[level - 1 if down else level + 1]
            # Without a neighbour a box goes last.
            places = {box.name: index for index, box in enumerate(other)}
            links = pairs[level] if down else [(b, a) for a, b in pairs[level + 1]]
            means = {
                box.name: _mean([places[a] for a, b in links if b == box.name and a in places])
                for box in columns[level]
            }
            columns[level] = [
                box
                for _, _, box in sorted(
                    (means[box.name], index, box) for index, box in enumerate(columns[level])
                )
            ]


def _mean(places: list[int]) -> float:
    return sum(places) / len(places) if places else float("inf")


def _place(columns: list[list[Box]]) -> Diagram:
    heights = [sum(box.height + _SPACE for box in column) - _SPACE for column in columns]
    tallest, x = max(heights), _MARGIN
    for column, height in zip(columns, heights, strict=True):
        texts = [text for box in column for text in (box.name, *(box.lines or ()))]
        longest = max(min(len(shown(text)), _NAME) for text in texts)
        y = _MARGIN + (tallest - height) // 2
        for box in column:
            box.x, box.y, box.width = x, y, round(longest * _CHARACTER) + 2 * _PADDING
            y += box.height + _SPACE
        x += column[0].width + _CHANNEL
    boxes = [box for column in columns for box in column]
    return Diagram(x - _CHANNEL + _MARGIN, tallest + 2 * _MARGIN, boxes)


def shown(name: str) -> str:
    """Return a name as it fits into a box."""
    text = clean(name)
    return text if len(text) <= _NAME else text[: _NAME - 1] + "…"


def _curves(
    named: dict[str, TableFacts], levels: dict[str, int], found: dict[tuple[int, str], Box]
) -> Iterator[tuple[str, str]]:
    """Yield each piece of each key as an SVG path, with the table to which the key refers."""
    for name, table in named.items():
        box = found[levels[name], name]
        for key in table.keys:
            parent, own = key.resource, key.fields[0]
            if parent not in named or parent == name or own not in (box.lines or ()):
                continue
            y = box.line((box.lines or ()).index(own))
            if levels[parent] >= levels[name]:
                yield _back(box, y, found[levels[parent], parent]), parent
                continue
            x = box.x
            for level in range(levels[name] - 1, levels[parent] - 1, -1):
                over = found[level, parent]
                right = over.x + over.width
                yield _bend(x, y, right, over.head), parent
                if over.lines is None:
                    yield f"M{over.x} {over.head}H{right}", parent
                x, y = over.x, over.head


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"


def _back(box: Box, y: int, target: Box) -> str:
    """A key to a table that does not stand on the left: it leaves and arrives on the right."""
    x, to_x = box.x + box.width, target.x + target.width
    out = max(x, to_x) + _CHANNEL // 2
    return f"M{x} {y}C{out} {y} {out} {target.head} {to_x} {target.head}"
