"""A difference as one HTML page that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Iterator

from toolkit.diff.model import Difference, Row, RowKind, TableDiff
from toolkit.diff.reports.shown import CELL, COLUMNS, change, left_out, state, summary, verdict
from toolkit.findings import escape

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #bbb; padding: .25rem .5rem }
th, td { text-align: start; vertical-align: top }
td { overflow-wrap: anywhere }
.number { text-align: end; font-variant-numeric: tabular-nums }
del { background: #fdd } ins { background: #dfd } del, ins { text-decoration: none }
@media (prefers-color-scheme: dark) {
  body { background: #111; color: #eee } del { background: #522 } ins { background: #252 }
}
"""


def render_html(difference: Difference, *, limit: int = 20) -> str:
    """Return the page; its policy forbids scripts, and whatever is not in the page itself."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"Changes from {state(difference.old)} to {state(difference.new)}"
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style>",
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(verdict(difference))}</p>",
    ]
    if difference.touched:
        lines += _table(COLUMNS, summary(difference), numbers=True)
    if difference.skipped:
        cells = ((one.table, one.side, one.reason) for one in difference.skipped)
        lines += ["<h2>Not compared</h2>", *_table(("table", "side", "why"), cells)]
    if difference.changes:
        lines.append("<h2>Contract</h2>")
        cells = (
            (words, old or "", new or "") for words, old, new in map(change, difference.changes)
        )
        lines += _table(("change", "before", "now"), cells)
    for table in difference.touched:
        lines += [f"<h2>{_text(table.name)}</h2>", *_rows(table, limit)]
    return "\n".join(lines) + "\n</html>\n"


def _text(text: str) -> str:
    return html.escape(escape(text, CELL))


def _table(
    header: Iterable[str], rows: Iterable[Iterable[str]], *, numbers: bool = False
) -> Iterator[str]:
    def cells(tag: str, texts: Iterable[str]) -> Iterator[str]:
        for index, text in enumerate(texts):
            kind = ' class="number"' if numbers and index else ' dir="auto"'
            yield f"<{tag}{kind}>{_text(text)}</{tag}>"

    yield f"<table><tr>{''.join(cells('th', header))}</tr>"
    yield from (f"<tr>{''.join(cells('td', row))}</tr>" for row in rows)
    yield "</table>"


def _rows(table: TableDiff, limit: int) -> Iterator[str]:
    heads = ("row", "key", "title", "field", "before", "now")
    yield f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"
    for kind in RowKind:
        found = [row for row in table.rows if row.kind == kind]
        for row in found[: limit or None]:
            yield from _row(row)
    yield "</table>"
    yield from (f"<p>{_text(line)}</p>" for line in left_out(table, limit))


def _row(row: Row) -> Iterator[str]:
    key = f"{row.key} → {row.new_key}" if row.new_key else row.key
    if row.successor and not row.new_key:
        key += f" (now {row.successor})"
    named = [str(row.kind), key, row.title]
    shown = row.cells if not row.key or row.kind in (RowKind.CHANGED, RowKind.RENAMED) else ()
    lines = [(cell.field, _mark("del", cell.old), _mark("ins", cell.new)) for cell in shown]
    for field, old, new in lines or [("", "", "")]:
        start = "".join(f'<td dir="auto">{_text(text)}</td>' for text in named)
        yield f"<tr>{start}<td>{_text(field)}</td><td>{old}</td><td>{new}</td></tr>"
        named = ["", "", ""]


def _mark(tag: str, value: str | None) -> str:
    return "" if value is None else f'<{tag} dir="auto">{_text(value)}</{tag}>'
