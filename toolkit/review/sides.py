"""Both states of a package, each checked and open for the queries of a review."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from toolkit.checks.run import checked_database
from toolkit.findings import Report, escape
from toolkit.package import Package, ReviewQuery, Show
from toolkit.package.opened import Opened
from toolkit.package.reviews import COLUMNS, OPEN
from toolkit.tables import Database, QueryError, select, silent, syntax_of, tables_used

# Sorts of queries whose rows tell of what is new.
_FRESH = (Show.DUPLICATES, Show.CHECKLIST)
# Findings kept of each kind; of kinds with more, the counts are compared.
KEPT = 5_000
_DAY = "{0.day} {0:%B %Y}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query says of one side: its columns, and its rows in order, as texts for people.

    ``fault`` says why it could not be run.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    fault: str = ""
    by_key: dict[str, tuple[str | None, ...]] = field(default_factory=dict)

    def cell(self, key: str, column: str) -> str:
        """Return a cell of the row with a key; empty if there is none."""
        row = self.by_key.get(key)
        return (row[self.columns.index(column)] or "") if row else ""


@dataclass(frozen=True, slots=True)
class Side:
    """A state of the package, what the validator found in it, and its tables."""

    opened: Opened
    report: Report
    database: Database

    @property
    def package(self) -> Package:
        """The package."""
        return self.opened.package

    def answer(self, query: ReviewQuery) -> Answer:
        """Run a review query on the locked connection."""
        con, lost = self.database.con, self.database.lost
        try:
            if lost and (missing := sorted(lost.keys() & syntax_of(con, query.sql).names)):
                return Answer(fault=lost[missing[0]])
            tables_used(con, query.sql)
            names, rows = select(con, query.sql)
        except QueryError as error:
            return Answer(fault=str(error))
        wanted = COLUMNS[query.show]
        fits = names[: len(wanted)] == list(wanted)
        if not fits or (len(names) > len(wanted) and query.show not in OPEN):
            found = ", ".join(names)
            return Answer(fault=f"the columns are {found}, not {', '.join(wanted)}")
        texts = sorted(
            (tuple(map(in_words, row)) for row in rows if row[0] is not None), key=_order
        )
        keyed: dict[str, tuple[str | None, ...]] = {}
        for row in texts:
            keyed.setdefault(row[0] or "", row)
        return Answer(tuple(names), tuple(texts), "", keyed)


def _order(row: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(cell or "" for cell in row)


def in_words(value: object) -> str | None:
    """Return a value as people read it: days spelt out, lists as one text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.date):
        return day_in_words(value)
    if isinstance(value, list | tuple):
        return "; ".join(text for one in value if (text := in_words(one)))
    return str(value)


def day_in_words(day: datetime.date) -> str:
    """Return a day as ``5 December 2024``."""
    return _DAY.format(day)


@dataclass(frozen=True, slots=True)
class Sides:
    """The state before and the state after, and what each review query says of them.

    ``answers`` holds the queries that could be run on the state after; ``faults`` tell of others.
    """

    old: Side
    new: Side
    answers: dict[str, tuple[Answer, Answer]]
    faults: tuple[str, ...]

    def of(self, show: Show) -> Iterator[tuple[ReviewQuery, Answer, Answer]]:
        """Yield the queries of a sort with what they say of either side."""
        for query in self.new.package.review_queries:
            if query.show == show and query.name in self.answers:
                yield query, *self.answers[query.name]


@contextmanager
def open_sides(
    old: Opened, new: Opened, progress: Callable[[str], None] = silent
) -> Iterator[Sides]:
    """Check both states, and run the review queries of the new one on each."""
    with (
        _side(old, _told(progress, "before: ")) as before,
        _side(new, _told(progress, "after: ")) as after,
    ):
        answers, faults = {}, []
        for query in new.package.review_queries:
            progress(f"asking {query.name}")
            answer = after.answer(query)
            if answer.fault:
                faults.append(f"{query.path} could not be run: {escape(answer.fault, 300)}")
                continue
            earlier = before.answer(query)
            if earlier.fault:
                reason = escape(earlier.fault, 300)
                faults.append(f"{query.path} could not be run on the state before: {reason}")
                if query.show in _FRESH:
                    # Every row would pass for a new one.
                    continue
            answers[query.name] = (earlier, answer)
        yield Sides(before, after, answers, tuple(faults))


def _told(progress: Callable[[str], None], side: str) -> Callable[[str], None]:
    return lambda step: progress(side + step)


@contextmanager
def _side(opened: Opened, progress: Callable[[str], None]) -> Iterator[Side]:
    path = opened.package.descriptor_path
    with checked_database(path, limit=KEPT, progress=progress) as (database, report):
        yield Side(opened, report, database)
