"""A review as a document that Markdown and HTML are made of: lines of marked text, nested."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What a piece of text is."""

    TEXT = "text"
    STRONG = "strong"
    KEY = "key"
    OLD = "old"
    NEW = "new"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text; ``url`` is where a link leads."""

    text: str
    mark: Mark = Mark.TEXT
    url: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list with what stands below it; ``box`` makes it one to tick off."""

    line: Line
    items: tuple[Item, ...] = ()
    box: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and a list. ``more`` counts the items that were not kept; ``note`` stands above."""

    title: str
    items: tuple[Item, ...]
    more: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole review: ``name`` is that of the package before the change."""

    name: str
    title: str
    lead: tuple[Item, ...]
    chapters: tuple[Chapter, ...]


def line(*parts: str | Piece) -> Line:
    """Return a line of texts and marked pieces, without the empty ones."""
    pieces = (Piece(part) if isinstance(part, str) else part for part in parts)
    return tuple(piece for piece in pieces if piece.text)


def strong(text: str) -> Piece:
    """Return text that stands out."""
    return Piece(text, Mark.STRONG)


def key(text: str) -> Piece:
    """Return an identifier."""
    return Piece(text, Mark.KEY)


def some(items: Iterable[Item], most: int) -> tuple[Item, ...]:
    """Return the first items, and in place of others a line that counts them."""
    found = list(items)
    if len(found) <= most:
        return tuple(found)
    return (*found[:most], Item(line(f"and {len(found) - most:,} more")))
