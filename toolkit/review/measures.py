"""What is measured of rows, before and after: whether the evidence for them grew or shrank."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.package import ReviewQuery, Show
from toolkit.review.model import Measure, Shift, Turn
from toolkit.review.sides import Answer, Sides

_LEADING = 2


def measures_of(sides: Sides, table: str, old_key: str, new_key: str) -> tuple[Measure, ...]:
    """Return the measures of a row: those that it has now and had not before."""
    found: list[Measure] = []
    for query, before, after in sides.of(Show.MEASURES):
        if query.table == table and new_key in after.by_key:
            measures = _measures(query, before, after, old_key, new_key)
            found += (one for one in measures if one.old != one.new)
    return tuple(found)


def shifts(sides: Sides, renamed: dict[tuple[str, str], str]) -> Iterator[Shift]:
    """Yield the rows of both sides whose measures changed, those that got weaker first.

    ``renamed`` has the new key of each row that was renamed, by table and old key.
    """
    found = []
    for query, before, after in sides.of(Show.MEASURES):
        for old_key in before.by_key:
            key = renamed.get((query.table, old_key), old_key)
            if key not in after.by_key:
                continue
            measures = tuple(
                one for one in _measures(query, before, after, old_key, key) if one.old != one.new
            )
            if measures:
                words = after.cell(key, "title")
                found.append(Shift(query.name, query.title, query.table, key, words, measures))
    order = (Turn.WEAKER, Turn.STRONGER, Turn.NEITHER)
    yield from sorted(found, key=lambda one: (order.index(one.turn), one.query, one.key))


def _measures(
    query: ReviewQuery, before: Answer, after: Answer, old_key: str, new_key: str
) -> Iterator[Measure]:
    for name in after.columns[_LEADING:]:
        old = before.cell(old_key, name) or None if name in before.columns else None
        new = after.cell(new_key, name) or None
        turn = _turn(query.stronger.get(name, ()), old, new)
        yield Measure(name, query.columns.get(name, name), old, new, turn)


def _turn(stronger: tuple[str, ...], old: str | None, new: str | None) -> Turn:
    """Return which way a value went; neither where it cannot be told."""
    if old is None or new is None or old == new or not stronger:
        return Turn.NEITHER
    if stronger in (("more",), ("fewer",)):
        try:
            rises = float(new) > float(old)
        except ValueError:
            return Turn.NEITHER
        return Turn.STRONGER if rises == (stronger == ("more",)) else Turn.WEAKER
    if old not in stronger or new not in stronger:
        return Turn.NEITHER
    return Turn.STRONGER if stronger.index(new) > stronger.index(old) else Turn.WEAKER
