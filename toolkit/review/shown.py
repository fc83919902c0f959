"""A review put into words, chapter by chapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.diff.model import RowKind, State
from toolkit.diff.reports.shown import change
from toolkit.findings import Finding, Severity
from toolkit.review.document import Chapter, Document, Item, Line, Mark, Piece, key, line, some
from toolkit.review.document import strong as strongly
from toolkit.review.items import (
    change_pieces,
    duplicate_item,
    entry_item,
    record_item,
    shift_item,
)
from toolkit.review.model import Removed, Review, Section, Task, Turn
from toolkit.review.texts import cut

# Lines below a record, a table or a task, if no one asks for more.
LINES = 12
# Things that are named in a line.
_NAMED = 5
# Characters of what a row is called.
_NOUN = 60
_VERBS = {
    RowKind.ADDED: "adds",
    RowKind.CHANGED: "changes",
    RowKind.RENAMED: "renames",
    RowKind.REMOVED: "removes",
}


def document(review: Review, *, strict: bool = False, lines: int = LINES) -> Document:
    """Return the document; ``strict`` tells that new warnings fail as well.

    ``lines`` are listed below a record, a table or a task, and the others counted.
    """
    left = review.left_out
    chapters = (
        Chapter("New findings", tuple(map(_finding, review.findings.new)), _unkept(review)),
        Chapter(
            "Removed without a tombstone", tuple(_removed(one, lines) for one in review.removed)
        ),
        *_records(review, lines),
        Chapter("Evidence", tuple(map(shift_item, review.shifts)), left["shifts"], _turns(review)),
        Chapter(
            "Possible duplicates",
            tuple(map(duplicate_item, review.duplicates)),
            left["duplicates"],
        ),
        Chapter("Other tables", tuple(_tables(review, lines))),
        Chapter("Contract", tuple(_contract(review))),
        Chapter("Not shown", tuple(_not_shown(review))),
        Chapter("Version and changelog", tuple(_version(review))),
        Chapter("What to look at", tuple(_tasks(review.tasks, lines)), left["tasks"]),
    )
    return Document(
        name=review.old.name,
        title=f"{cut(review.new.name)}: {headline(review)}",
        lead=tuple(_lead(review, strict)),
        chapters=tuple(one for one in chapters if one.items),
    )


def headline(review: Review) -> str:
    """Return what the change does in one line."""
    done = []
    for kind, verb in _VERBS.items():
        counted = [(one, one.counts[kind]) for one in review.sections if one.counts[kind]]
        if not counted:
            continue
        named = [
            _count(count, *(cut(word, _NOUN) for word in one.noun))
            for one, count in counted[:_NAMED]
        ]
        if more := sum(count for _, count in counted[_NAMED:]):
            named.append(_count(more, "other row", "other rows"))
        done.append(f"{verb} {_joined(named)}")
    if review.changes:
        done.append(f"changes the contract in {_count(len(review.changes), 'place', 'places')}")
    if review.checks:
        done.append(f"changes {_count(len(review.checks), 'check or query', 'checks and queries')}")
    return "; ".join(done) if done else "changes no row, field, code or rule"


def verdict(review: Review, *, strict: bool = False) -> str:
    """Return whether the change passes, and why."""
    counts = review.findings.counts
    named = [
        _count(counts[severity], f"new {word}", f"new {word}s")
        for severity, word in zip(Severity, ("error", "warning", "note"), strict=True)
        if counts[severity]
    ]
    word = "Fails" if review.fails(strict=strict) else "Passes"
    return f"{word}: {_joined(named) or 'no new findings'}"


def _count(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def _joined(texts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def _lead(review: Review, strict: bool) -> Iterator[Item]:
    found = review.findings
    yield Item(line(strongly(verdict(review, strict=strict)), "."))
    if found.old or found.mended_count:
        mended = _count(found.mended_count, "finding is", "findings are")
        items = (_finding(one) for one in found.mended) if found.mended_count else ()
        yield Item(
            line(f"{_count(found.old, 'old finding', 'old findings')}; {mended} mended."),
            some(items, _NAMED),
        )
    if review.shifts:
        yield Item(line(f"Evidence: {_turns(review)}."))
    if review.duplicates:
        count = len(review.duplicates) + review.left_out["duplicates"]
        pairs = _count(count, "pair", "pairs")
        yield Item(line(f"Possible duplicates: {pairs}."))
    for message, _ in review.version.faults[:1]:
        yield Item(line(f"Needed: {cut(message)}."))
    yield Item(line("From ", *_state(review.old), " to ", *_state(review.new), "."))


def _state(one: State) -> Line:
    label = "the working tree" if one.label == "." else one.label
    return line(key(cut(label)), f" (version {cut(one.version)})" if one.version else "")


def _unkept(review: Review) -> int:
    return review.findings.count - len(review.findings.new)


def _finding(one: Finding) -> Item:
    where = line(key(cut(one.key)) if one.key else "", f" {cut(one.column)}" if one.column else "")
    return Item(
        line(
            strongly(f"{one.severity} {one.rule}"),
            f" {cut(one.place)}: ",
            *where,
            ": " if where else "",
            cut(one.message),
        ),
        (Item(line(f"To mend it: {cut(one.hint)}")),) if one.hint else (),
    )


def _removed(one: Removed, lines: int) -> Item:
    keys = tuple(Item(line(key(cut(text)))) for text in one.keys)
    left = one.count - len(keys)
    more = (Item(line(f"and {left:,} more")),) if left else ()
    return Item(line(strongly(cut(one.table)), f": {one.count:,}"), some((*keys, *more), lines))


def _records(review: Review, lines: int) -> Iterator[Chapter]:
    for section in review.sections:
        if section.records:
            items = tuple(record_item(one, lines) for one in section.records)
            yield Chapter(cut(section.title), items, section.left_out)


def _turns(review: Review) -> str:
    turns = [shift.turn for shift in review.shifts]
    weaker, stronger = turns.count(Turn.WEAKER), turns.count(Turn.STRONGER)
    other = len(turns) - weaker - stronger
    named = [
        f"{count:,} {word}"
        for count, word in (
            (weaker, "weaker"),
            (stronger, "stronger"),
            (other, "otherwise changed"),
        )
        if count
    ]
    if left := review.left_out["shifts"]:
        named.append(f"{left:,} more")
    return _joined(named)


def _tables(review: Review, lines: int) -> Iterator[Item]:
    for section in review.sections:
        if not section.entries and not (section.left_out and not section.records):
            continue
        left = (
            (Item(line(f"and {section.left_out:,} more that were not kept")),)
            if section.left_out
            else ()
        )
        entries = some((entry_item(one, lines) for one in section.entries), lines)
        head = line(strongly(cut(section.title)), f": {_counted(section)}")
        yield Item(head, (*entries, *left))


def _counted(section: Section) -> str:
    counted = [f"{count:,} {kind}" for kind, count in section.counts.items() if count]
    shown = f", of which {section.elsewhere:,} stand above" if section.elsewhere else ""
    return _joined(counted) + shown


def _contract(review: Review) -> Iterator[Item]:
    for one in review.changes:
        words, old, new = change(one)
        values = line(": ", *change_pieces(old, new)) if (old, new) != (None, None) else ()
        yield Item(line(f"{cut(words)}", *values))
    for check in review.checks:
        words = f": {cut(check.words)}" if check.words else ""
        yield Item(line(f"{check.what} ", key(cut(check.name)), f" {check.kind}{words}"))


def _not_shown(review: Review) -> Iterator[Item]:
    for one in review.skipped:
        side = "before" if one.side == "old" else "after"
        yield Item(line(strongly(cut(one.table)), f" was not compared ({side}): {cut(one.reason)}"))
    for note in review.notes:
        yield Item(line(cut(note)))


def _version(review: Review) -> Iterator[Item]:
    need = review.version
    if need.level == "none":
        yield Item(line("Nothing changed of which a version tells."))
        return
    yield Item(line(f"This is a {need.level} change: {cut('; '.join(need.reasons))}."))
    for message, hint in need.faults:
        yield Item(line(f"Needed: {cut(message)}. {cut(hint)}"))
    if need.lowest and not need.faults:
        version = cut(need.new)
        yield Item(line(f"Version {version} is high enough, and the changelog tells of it."))
    if need.note:
        yield Item(line(f"{cut(need.note[:1].upper() + need.note[1:])}."))


def _tasks(tasks: Iterable[Task], lines: int) -> Iterator[Item]:
    groups: dict[str, list[Task]] = {}
    for one in tasks:
        groups.setdefault(one.title, []).append(one)
    for title, members in groups.items():
        yield Item(line(strongly(cut(title))))
        yield from (_task(one, lines) for one in members)


def _task(task: Task, lines: int) -> Item:
    text = cut(task.text)
    head = Piece(text, Mark.LINK, task.url) if task.url else Piece(text)
    return Item(line(head), some((Item(line(cut(why))) for why in task.why), lines), box=True)
