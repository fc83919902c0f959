"""``toolkit shell``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from toolkit.cli import in_one_line
from toolkit.cli.options import memory_option, pager_option, rows_option, source_option
from toolkit.cli.screen import Screen
from toolkit.findings import escape
from toolkit.query import NoSession, Source, named_queries, open_source
from toolkit.query.shell import Cancelled, Quit, Shell, ShellError, Worker

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from toolkit.query.shell.completion import Completions


@click.command()
@source_option
@click.option("--history/--no-history", default=True, help="Remember what is typed.")
@rows_option
@pager_option
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    help="The time that a statement may take; 0 for as long as it needs.",
)
@memory_option
@click.pass_context
def shell(
    context: click.Context,
    source: str,
    history: bool,
    rows: int,
    pager: bool,
    seconds: float,
    memory: str,
) -> None:
    """Type SQL, which can only read, over the tables and views of a package.

    Statements end with a semicolon; .help lists the commands. Without a terminal the statements
    are those of standard input, up to the first that fails.

    \b
    toolkit shell
    toolkit shell --in release.zip
    toolkit shell < statements.sql
    """  # noqa: D301 - click reads the mark, not its spelling
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal:
        _check_extra()
    try:
        with open_source(source) as opened, Worker(opened, memory, seconds) as worker:
            if opened.package is None:
                # Whether a file can be opened is told before anything is typed.
                worker.run(lambda session: None)
            one = Shell(opened, worker, Screen(rows, pager))
            if terminal:
                _converse(one, _editor(one, history))
            else:
                context.exit(_follow(one))
    except NoSession as error:
        raise click.UsageError(str(error), context) from None
    except Cancelled:
        raise click.Abort from None


def _check_extra() -> None:
    """Import what a terminal needs, before anything is read that would slow it down."""
    try:
        import toolkit.query.shell.editor  # noqa: F401
    except ImportError as error:
        raise click.UsageError(
            f"The shell needs {error.name}; install the toolkit with its extra: "
            "pip install '.[shell]'"
        ) from None


def _follow(shell: Shell) -> int:
    """Do what standard input says, and return the exit code."""
    try:
        shell.execute(_lines(), "standard input")
    except Quit:
        pass
    except (ShellError, Cancelled) as error:
        _complain(error)
        return 2
    return 0


def _lines() -> Iterator[str]:
    """Yield the lines of standard input as they come, so that each is answered at once."""
    try:
        for number, line in enumerate(sys.stdin.buffer):
            yield line.decode("utf-8" if number else "utf-8-sig")
    except UnicodeDecodeError:
        raise ShellError("standard input is not UTF-8") from None


def _complain(error: Exception) -> None:
    place, text = "", in_one_line(error)
    if isinstance(error, ShellError):
        place, text = error.place, str(error)
    elif isinstance(error, Cancelled):
        text = "stopped"
    click.echo(": ".join(filter(None, ("toolkit shell", place, text))), err=True)


def _editor(shell: Shell, history: bool) -> PromptSession[str]:
    """Return where statements are typed. Completion waits for nothing."""
    from toolkit.query.shell.completion import Completions, complete
    from toolkit.query.shell.editor import open_editor
    from toolkit.query.shell.history import history_file

    source, queries = shell.source, named_queries(shell.source)

    def candidates(before: str, after: str) -> Completions:
        names = shell.names()
        if not names.done() or names.cancelled() or names.exception():
            return Completions(0, [])
        return complete(before, after, names.result(), queries)

    root = source.package.root if source.package else source.path.parent
    return open_editor(_name(source), history_file(root) if history else None, candidates)


def _name(source: Source) -> str:
    return source.package.name if source.package else source.path.stem


def _converse(shell: Shell, editor: PromptSession[str]) -> None:
    """Do what is typed until the shell is left; whatever goes wrong, the next line can be typed."""
    version = shell.source.package.version if shell.source.package else ""
    about = " ".join(filter(None, (_name(shell.source), version)))
    click.echo(f"{escape(about)}: statements end with ;  .help lists what else can be typed")
    shell.names()
    while True:
        try:
            typed = editor.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            # Half of a pair of surrogates, as a terminal of another encoding sends, is no text.
            text = typed.encode("utf-8", "replace").decode()
            shell.execute(text.splitlines(keepends=True))
        except Quit:
            return
        except NoSession:
            raise
        except KeyboardInterrupt:
            click.echo()
        except Exception as error:
            if os.environ.get("TOOLKIT_DEBUG") and not isinstance(error, ShellError | Cancelled):
                raise
            _complain(error)
