"""A shell: statements and commands, one after the other, over one session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, TypeVar

from toolkit.findings import escape
from toolkit.query.errors import explain
from toolkit.query.formats import DoesNotFit
from toolkit.query.output import Query, export, format_of
from toolkit.query.parameters import BadName
from toolkit.query.session import Session, Source
from toolkit.query.shell.catalogue import Catalogue, read_catalogue
from toolkit.query.shell.commands import ShellError, command
from toolkit.query.shell.worker import Worker
from toolkit.tables import QueryError, is_blank, split

T = TypeVar("T")


class Screen(Protocol):
    """Where results are shown."""

    def paper(self) -> IO[str]:
        """Return a file to draw on."""

    def draw(self, session: Session, query: Query, form: str, paper: IO[str]) -> None:
        """Run a query and draw its rows. Raises QueryError."""

    def show(self, paper: IO[str], form: str) -> None:
        """Print what was drawn."""

    def write(self, text: str) -> None:
        """Print text in which nothing acts on a terminal."""

    def tabulate(self, names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
        """Print rows of texts under the names of their columns."""

    def note(self, text: str) -> None:
        """Tell what is no part of a result."""


class Shell:
    """What was set, and the last statement that ran.

    ``form`` is the format of results, ``parameters`` are the values that statements may name,
    ``timer`` tells whether the time of each statement is told, ``last`` is the last one that ran.
    """

    def __init__(self, source: Source, worker: Worker, screen: Screen) -> None:
        self.source, self.screen = source, screen
        self.form, self.timer = "table", False
        self.parameters: dict[str, object] = {}
        self.last: Query | None = None
        self._worker = worker
        self._names: Future[Catalogue] | None = None
        self._files: list[Path] = []

    def names(self) -> Future[Catalogue]:
        """Return the names that there are, which are read once, at the first call."""
        if self._names is None or self._names.cancelled():
            self._names = self._worker.start(lambda session: read_catalogue(session, self.source))
        return self._names

    def catalogue(self) -> Catalogue:
        """Wait for the names that there are. Raises ShellError and Cancelled."""
        try:
            return self._worker.result(self.names())
        except QueryError as error:
            self._names = None
            raise ShellError(f"what there is cannot be listed: {escape(str(error))}") from None

    def execute(self, lines: Iterable[str], where: str = "") -> None:
        """Do one thing after the other: statements up to their semicolons, commands of one line.

        ``where`` names what is read, for messages. Raises ShellError, Cancelled, NoSession and
        Quit; what follows then is not done.
        """
        held, first = "", 1
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith(".") and is_blank(held):
                held = ""
                with _placing(where, number):
                    command(self, line.strip())
                continue
            first = first if held else number
            held += line
            if ";" in line:
                statements, held = split(held)
                for statement in statements:
                    self._statement(statement, where, first)
                    first += statement.count("\n")
        self._statement(held, where, first)

    def _statement(self, sql: str, where: str, first: int) -> None:
        if is_blank(sql):
            return
        # What stands before a statement is left out, or its first line would be another one's.
        start = len(sql) - len(sql.lstrip())
        first += sql.count("\n", 0, start)
        with _placing(where, first):
            query = Query(sql[start:].rstrip())
            mine = self.values(query.sql, first)
            self.run(Query(query.sql, mine), first)

    def values(self, sql: str, first: int = 1) -> dict[str, object]:
        """Return the values that were set for parameters of a statement. Raises as `run` does."""
        wanted = self._work(lambda session: session.parameters(sql), first)
        return {name: value for name, value in self.parameters.items() if name in wanted}

    def run(self, query: Query, first: int = 1) -> None:
        """Run one statement and show its rows. Raises ShellError, Cancelled and NoSession.

        ``first`` is the line of a file on which it begins.
        """
        missing = self._work(lambda session: session.parameters(query.sql), first)
        missing -= query.parameters.keys()
        if missing:
            name = min(missing)
            raise ShellError(f"the parameter {name} has no value; .set {name} VALUE gives it one")

        def draw(session: Session) -> float:
            started = time.perf_counter()
            self.screen.draw(session, query, self.form, paper)
            return time.perf_counter() - started

        with self.screen.paper() as paper:
            seconds = self._work(draw, first)
            self.last = query
            self.screen.show(paper, self.form)
        if self.timer:
            self.screen.write(f"{seconds:.3f} s\n")

    def export(self, path: Path) -> None:
        """Run the last statement again and write its rows to a file. Raises as `run` does."""
        query = self.last
        if query is None:
            raise ShellError("no statement has run yet whose rows could be written")
        try:
            form = format_of(path)
        except BadName as error:
            raise ShellError(escape(str(error))) from None
        self._work(lambda session: export(session, query, path, form))
        self.screen.write(f"wrote {escape(str(path))}\n")

    def read(self, path: Path) -> None:
        """Do what stands in a file. Raises as `execute` does."""
        name = escape(str(path))
        if not path.is_file():
            raise ShellError(f"there is no file {name}")
        if path.resolve() in self._files:
            raise ShellError(f"{name} reads itself")
        self._files.append(path.resolve())
        try:
            with path.open(encoding="utf-8-sig") as file:
                self.execute(file, name)
        except UnicodeDecodeError:
            raise ShellError(f"{name} is not UTF-8") from None
        except OSError as error:
            raise ShellError(f"{name} cannot be read: {error.strerror}") from None
        finally:
            self._files.pop()

    def _work(self, job: Callable[[Session], T], first: int = 1) -> T:
        """Do something with the session; whatever goes wrong, the shell goes on."""

        def work(session: Session) -> tuple[T, list[str]]:
            try:
                result = job(session)
            except QueryError as error:
                line = error.line and first + error.line - 1
                raise ShellError(explain(error, session, first), line) from None
            except DoesNotFit as error:
                raise ShellError(f"{escape(str(error))}; choose another format") from None
            except OSError as error:
                raise ShellError(f"the file cannot be written: {error.strerror}") from None
            notes, session.notes = session.notes, []
            return result, notes

        result, notes = self._worker.run(work)
        for note in notes:
            self.screen.note(f"note: {note}")
        return result


@contextmanager
def _placing(where: str, line: int) -> Iterator[None]:
    """Say of an error at which line of a file it is."""
    try:
        yield
    except ShellError as error:
        if where and not error.place:
            error.place = f"{where}:{error.line or line}"
        raise
