"""A review as one HTML page that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Iterator

from toolkit.findings import escape
from toolkit.findings.markup import web_address
from toolkit.review.document import Chapter, Item, Line, Mark, Piece
from toolkit.review.model import Review
from toolkit.review.shown import document
from toolkit.review.texts import cut

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
ul { padding-inline-start: 1.5rem } li { overflow-wrap: anywhere }
section > ul > li { margin: .5rem 0 }
.box { list-style: '☐ ' }
del { background: #fdd } ins { background: #dfd } del, ins { text-decoration: none }
@media (prefers-color-scheme: dark) {
  body { background: #111; color: #eee } a { color: #9cf }
  del { background: #522 } ins { background: #252 }
}
"""
# Lines below a record, a table or a task.
_LINES = 500
_TAGS = {Mark.STRONG: "strong", Mark.KEY: "code", Mark.OLD: "del", Mark.NEW: "ins"}


def render_html(review: Review, *, strict: bool = False) -> str:
    """Return the page; its policy forbids scripts, and whatever is not in the page itself."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    found = document(review, strict=strict, lines=_LINES)
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_text(found.title)}</title>",
        f"<style>{_STYLE}</style>",
        f"<h1>{_text(found.title)}</h1>",
        *_list(found.lead),
    ]
    for chapter in found.chapters:
        lines += _chapter(chapter)
    return "\n".join(lines) + "\n</html>\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"<section><h2>{_text(chapter.title)}</h2>"
    if chapter.note:
        yield f"<p>{_text(chapter.note)}</p>"
    yield from _list(chapter.items)
    if chapter.more:
        yield f"<p>{chapter.more:,} more were not kept.</p>"
    yield "</section>"


def _list(items: Iterable[Item]) -> Iterator[str]:
    yield "<ul>"
    for item in items:
        yield f'<li{" class=box" if item.box else ""} dir="auto">{_pieces(item.line)}'
        if item.items:
            yield from _list(item.items)
        yield "</li>"
    yield "</ul>"


def _pieces(line: Line) -> str:
    return "".join(map(_piece, line))


def _piece(piece: Piece) -> str:
    text = _text(piece.text)
    if piece.mark == Mark.LINK:
        target = web_address(piece.url)
        if not target:
            return f"{text} ({_text(cut(piece.url))})"
        return f'<a href="{html.escape(target)}" rel="noopener noreferrer">{text}</a>'
    tag = _TAGS.get(piece.mark)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _text(text: str) -> str:
    return html.escape(escape(text))
