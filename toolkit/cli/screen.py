"""Results where a person or a pipe reads them."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import click

from toolkit.findings import escape
from toolkit.query import Query, Session, render, render_rows, write_text

# Bytes of a result that are held in memory; a larger one goes to a temporary file.
_HELD = 1 << 20


@dataclass(frozen=True, slots=True)
class Screen:
    """Standard output. A terminal gets tables of its width and no character that would act on it.

    ``rows`` is the most that a table shows, 0 for all; ``safe`` is as in `write_text`.
    """

    rows: int
    pager: bool
    safe: bool = False

    def paper(self) -> IO[str]:
        """Return a file to draw on, which is for one result and is closed after use."""
        return tempfile.SpooledTemporaryFile(_HELD, "w+", encoding="utf-8", newline="\n")

    def draw(self, session: Session, query: Query, form: str, paper: IO[str]) -> None:
        """Run a query and draw its rows, so that a fault shows before any of them is printed.

        Raises QueryError.
        """
        if form in ("table", "markdown"):
            width, colour = _shape()
            text = render(session, query, form, rows=self.rows, width=width, colour=colour)
            paper.write(text)
        else:
            write_text(session, query, form, paper, safe=self.safe)

    def show(self, paper: IO[str], form: str) -> None:
        """Print what was drawn."""
        paper.seek(0)
        if not sys.stdout.isatty():
            shutil.copyfileobj(paper, sys.stdout)
        elif form in ("table", "markdown"):
            self.write(paper.read())
        else:
            lines = (escape(line.removesuffix("\n")) for line in paper)
            self.write("".join(f"{line}\n" for line in lines))

    def write(self, text: str) -> None:
        """Print text in which nothing acts on a terminal; through the pager if it is long."""
        long = text.count("\n") >= shutil.get_terminal_size().lines
        if long and self.pager and sys.stdout.isatty():
            click.echo_via_pager(text)
        else:
            click.echo(text, nl=False)

    def tabulate(self, names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
        """Print rows of texts under the names of their columns."""
        width, colour = _shape()
        self.write(render_rows(names, rows, width=width, colour=colour))

    def note(self, text: str) -> None:
        """Tell what is no part of a result."""
        click.echo(text, err=True)


def _shape() -> tuple[int | None, bool]:
    """Return how wide a table may be, and whether it has colours."""
    if not sys.stdout.isatty():
        return None, False
    return shutil.get_terminal_size().columns, not os.environ.get("NO_COLOR")
