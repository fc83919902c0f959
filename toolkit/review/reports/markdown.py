"""A review as Markdown for a comment on a pull request, no longer than such a comment may be."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.findings.markup import begin, code, inline, link, marker
from toolkit.review.document import Chapter, Document, Item, Line, Mark, Piece
from toolkit.review.model import Review
from toolkit.review.shown import document

# GitHub takes 65,536 characters; so many bytes are fewer, however they are counted.
MOST_BYTES = 60_000
WHAT = "toolkit review"
_REST = "`toolkit review --format html` shows more"
# What the line that counts left out items takes, or that which counts left out chapters.
_ROOM = 160


def render_markdown(review: Review, *, strict: bool = False, most: int = MOST_BYTES) -> str:
    """Return the review in at most ``most`` bytes of UTF-8; text from the package stays text.

    Its first line is a comment that is not shown, the same for every review of the package.
    """
    found = document(review, strict=strict)
    head = f"{marker(WHAT, found.name)}\n## {_fitting(found.title, most // 10)}\n\n"
    for item in found.lead:
        block = _block(item) if _size(_block(item)) < most // 10 else _line(item, 0)
        head += block if _size(block) < most // 10 else ""
    chapters = list(_chapters(found, most - _size(head) - _ROOM))
    left = len(found.chapters) - len(chapters)
    more = f"\n{left:,} more sections are left out; {_REST}.\n" if left else ""
    return head + "".join(chapters) + more


def _chapters(found: Document, room: int) -> Iterator[str]:
    """Yield the chapters, each as long as its share of the room allows.

    What short ones do not need goes to the longer ones.
    """
    blocks = [list(_blocks(chapter, room)) for chapter in found.chapters]
    sizes = [_ROOM * 2 + sum(map(_size, one)) for one in blocks]
    share = _share(sizes, room)
    for chapter, one in zip(found.chapters, blocks, strict=True):
        text = _chapter(chapter, one, share)
        if _size(text) <= room:
            room -= _size(text)
            yield text


def _blocks(chapter: Chapter, room: int) -> Iterator[str]:
    """Yield the items of a chapter up to the first one for which there cannot be room."""
    for item in chapter.items:
        if room < 0:
            return
        block = _block(item)
        room -= _size(block)
        yield block


def _share(sizes: list[int], room: int) -> int:
    """Return what each may take at most so that together they keep within the room."""
    for index, size in enumerate(ordered := sorted(sizes)):
        share = room // (len(ordered) - index)
        if size > share:
            return share
        room -= size
    return max(sizes, default=0)


def _chapter(chapter: Chapter, blocks: list[str], share: int) -> str:
    note = f"{inline(chapter.note)}\n\n" if chapter.note else ""
    text = f"\n### {inline(chapter.title)}\n\n{note}"
    share -= _size(text) + _ROOM
    shown = 0
    for item, block in zip(chapter.items, blocks, strict=False):
        taken = block
        if _size(block) > share:
            # Its first line at least.
            taken = _line(item, 0) if item.items else ""
            if not taken or _size(taken) > share:
                break
        text += taken
        share -= _size(taken)
        shown += 1
        if taken != block:
            break
    left = len(chapter.items) - shown + chapter.more
    return text + (f"\n{left:,} more are left out; {_REST}.\n" if left else "")


def _block(item: Item, depth: int = 0) -> str:
    return _line(item, depth) + "".join(_block(one, depth + 1) for one in item.items)


def _line(item: Item, depth: int) -> str:
    box = "[ ] " if item.box else ""
    return f"{'  ' * depth}- {box}{begin(_pieces(item.line))}\n"


def _pieces(line: Line) -> str:
    return "".join(map(_piece, line))


def _piece(piece: Piece) -> str:
    if piece.mark == Mark.LINK:
        return link(piece.text, piece.url)
    if piece.mark == Mark.KEY:
        return code(piece.text)
    text = inline(piece.text)
    # Marks that touch a space mark nothing.
    return f"**{text}**" if piece.mark == Mark.STRONG and text == text.strip() else text


def _fitting(text: str, room: int) -> str:
    """Return text as Markdown, or its beginning if that takes more bytes than there is room."""
    while _size(inline(text)) > room:
        text = text[: len(text) // 2] + "…"
    return inline(text)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
