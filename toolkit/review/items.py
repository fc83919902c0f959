"""Rows of a review as items of a document: records, their parts, single rows, measures, pairs."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.diff.model import RowKind
from toolkit.review.document import Item, Line, Mark, Piece, key, line, some
from toolkit.review.document import strong as strongly
from toolkit.review.model import Duplicate, Edit, Entry, Measure, Record, Shift
from toolkit.review.texts import cut, excerpts

_WORDS = {RowKind.ADDED: "new", RowKind.RENAMED: "renamed"}


def record_item(record: Record, lines: int) -> Item:
    """Return a record with what differs of it, and of what belongs to it.

    Of each sort ``lines`` are listed, and the others counted.
    """
    own = record.own
    word = (_WORDS.get(own.kind) or str(own.kind)) if own else "what belongs to it"
    head = line(strongly(cut(record.title or record.key)), " ", key(cut(record.key)), f" ({word})")
    return Item(head, tuple(_below(record, lines)))


def _below(record: Record, lines: int) -> Iterator[Item]:
    if record.own:
        yield from _details(record.own)
    new = record.own is not None and record.own.kind == RowKind.ADDED
    for parts in record.parts:
        # What belongs to a new record is new.
        entries = (_part(one, lines) if new else entry_item(one, lines) for one in parts.entries)
        yield Item(line(f"{cut(parts.title)}:"), some(entries, lines))
    if record.measures:
        pieces = [piece for one in record.measures for piece in (Piece("; "), *_measure(one))]
        yield Item(tuple(pieces[1:]))


def _details(entry: Entry) -> Iterator[Item]:
    if entry.new_key:
        yield Item(line("Identifier: ", *change_pieces(entry.key, entry.new_key)))
    if entry.successor:
        yield Item(line("Now: ", key(cut(entry.successor))))
    for value in entry.values:
        yield Item(line(f"{cut(value.label)}: {cut(value.text)}"))
    for edit in entry.edits:
        yield Item(_edit(edit))


def _part(entry: Entry, lines: int) -> Item:
    return Item(line(cut(entry.words))) if entry.words else entry_item(entry, lines)


def entry_item(entry: Entry, lines: int) -> Item:
    """Return a row that differs, with its cells, of which ``lines`` are listed."""
    words = cut(entry.words)
    shown = (words, " ", key(cut(entry.key))) if words else (key(cut(entry.key)),)
    details = tuple(_details(entry))
    if not entry.key:
        cells = "; ".join(f"{value.label}: {value.text}" for value in entry.values)
        return Item(line(f"{entry.kind}: {cut(cells)}"))
    return Item(line(f"{entry.kind}: ", *shown), some(details, lines))


def _edit(edit: Edit) -> Line:
    old, new = edit.old_words, edit.new_words
    if old == new:
        # Two codes or rows of one name.
        old, new = edit.old, edit.new
    return line(f"{cut(edit.label)}: ", *change_pieces(old, new))


def change_pieces(old: str | None, new: str | None) -> Line:
    """Return what a value was, and what it is."""
    before, after = excerpts(old or "", new or "")
    return line(
        Piece(before, Mark.OLD) if old else "(empty)",
        " → ",
        Piece(after, Mark.NEW) if new else "(empty)",
    )


def _measure(one: Measure) -> Line:
    label = cut(one.label)
    if one.old is None and one.new is not None:
        return line(f"{label}: {cut(one.new)}")
    turn = f" ({one.turn})" if one.turn else ""
    return line(f"{label}: ", *change_pieces(one.old, one.new), turn)


def shift_item(shift: Shift) -> Item:
    """Return a row whose measures changed."""
    word = f"{shift.turn}: ".capitalize() if shift.turn else "Changed: "
    return Item(
        line(word, strongly(cut(shift.words or shift.key)), " ", key(cut(shift.key))),
        tuple(Item(_measure(one)) for one in shift.measures),
    )


def duplicate_item(one: Duplicate) -> Item:
    """Return two rows that may be one."""

    def named(words: str, text: str) -> Line:
        return line(f"{cut(words)} " if words else "", key(cut(text)))

    return Item(
        line(
            f"{cut(one.table)}: ",
            *named(one.words, one.key),
            " and ",
            *named(one.other_words, one.other),
            f": {cut(one.why)}",
        )
    )
