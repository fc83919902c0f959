"""``toolkit query``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

from toolkit.cli.limits import held
from toolkit.cli.options import memory_option, pager_option, rows_option, source_option
from toolkit.cli.screen import Screen
from toolkit.findings import escape
from toolkit.query import (
    BINARY,
    FORMATS,
    BadName,
    NoQuery,
    NoSession,
    Query,
    Session,
    Source,
    explain,
    export,
    format_of,
    list_queries,
    named_query,
    open_source,
    parameter,
)
from toolkit.query.errors import missing_name
from toolkit.query.formats import DoesNotFit
from toolkit.query.parameters import is_text
from toolkit.tables import QueryError


class _Answer(NamedTuple):
    """How the rows are to be given: to ``output``, or on the ``screen`` where that is None."""

    form: str
    output: Path | None
    screen: Screen


class _Limits(NamedTuple):
    """What a query may take; ``stuck`` ends the process where it does not stop otherwise."""

    memory: str
    seconds: float
    stuck: Callable[[], None]


def _parameters(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> dict[str, object]:
    try:
        return dict(map(parameter, values))
    except BadName as error:
        raise click.BadParameter(str(error)) from None


def _output(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    try:
        if path:
            format_of(path)
    except BadName as error:
        raise click.BadParameter(str(error)) from None
    return path


@click.command()
@click.argument("sql", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run the SQL in this file.",
)
@click.option("--name", help="Run the named query NAME of the package; --list tells which are.")
@click.option("--list", "listing", is_flag=True, help="List the named queries of the package.")
@source_option
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parameters,
    help="The value of $NAME in the SQL. Repeatable.",
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="How rows are given.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    callback=_output,
    help="Write to this file; its format follows from how it is called.",
)
@rows_option
@click.option(
    "--escape-formulas",
    "safe",
    is_flag=True,
    help="In CSV, put an apostrophe before text that a spreadsheet would run as a formula.",
)
@pager_option
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="The time that the query may take.",
)
@memory_option
@click.pass_context
def query(
    context: click.Context,
    sql: str | None,
    file: Path | None,
    name: str | None,
    listing: bool,
    source: str,
    parameters: dict[str, object],
    form: str | None,
    output: Path | None,
    rows: int,
    safe: bool,
    pager: bool,
    seconds: float,
    memory: str,
) -> None:
    """Run SQL, which can only read, over the tables and views of a package.

    SQL is one statement; - reads it from standard input.

    \b
    toolkit query "FROM events_on('2024-12-05')"
    toolkit query --name who-held-a-place -p place=homs -p day=2024-12-06
    toolkit query "FROM reports" --in release.zip --output reports.xlsx
    """  # noqa: D301 - click reads the mark, not its spelling
    if sum((sql is not None, file is not None, name is not None, listing)) != 1:
        raise click.UsageError("Give one of: SQL, --file, --name, --list.", context)
    answer = _Answer(_format(form, output), output, Screen(rows, pager, safe))
    text = "" if name is not None or listing else _sql(sql, file)
    late = f"toolkit query: the query took longer than {seconds:g} seconds, and did not stop then"
    try:
        with held(memory, late) as stuck, open_source(source) as opened:
            if listing:
                click.echo(list_queries(opened), nl=False)
                return
            asked = (
                Query(text, parameters) if name is None else named_query(opened, name, parameters)
            )
            code = _answer(opened, asked, answer, _Limits(memory, seconds, stuck))
        context.exit(code)
    except NoQuery as error:
        raise click.UsageError(f"{error} (toolkit query --list tells which are)", context) from None
    except NoSession as error:
        raise click.UsageError(str(error), context) from None


def _format(form: str | None, output: Path | None) -> str:
    follows = format_of(output) if output else form or "table"
    if form and form != follows:
        raise click.UsageError(f"{output} does not end in {FORMATS[form]}.")
    if follows in BINARY and not output:
        raise click.UsageError(f"{form} needs --output FILE{FORMATS[follows]}.")
    if follows == "xlsx" and not find_spec("xlsxwriter"):
        raise click.UsageError("xlsx takes an extra of the toolkit: pip install '.[release]'")
    return follows


def _sql(sql: str | None, file: Path | None) -> str:
    """Return the SQL that is given on the command line, in a file or on standard input."""
    given = str(file) if file else "standard input"
    try:
        if file:
            return file.read_bytes().decode("utf-8-sig")
        if sql == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{escape(given)} is not UTF-8.") from None
    if not is_text(str(sql)):
        raise click.UsageError("The SQL is not UTF-8.")
    return str(sql)


def _answer(source: Source, query: Query, answer: _Answer, limits: _Limits) -> int:
    """Run a query and give its rows; return the exit code."""
    # With every table at hand it can be told what was meant by a name.
    for wanted in (query.sql, ""):
        with source.session(wanted, **limits._asdict()) as session:
            try:
                _give(session, query, answer)
            except DoesNotFit as error:
                raise click.UsageError(f"{error}; choose another format.") from None
            except QueryError as error:
                if session.partial and missing_name(error):
                    continue
                click.echo(f"toolkit query: {explain(error, session)}", err=True)
                return 2
            for note in session.notes:
                click.echo(f"note: {note}", err=True)
            return 0
    return 2


def _give(session: Session, query: Query, answer: _Answer) -> None:
    if answer.output:
        try:
            export(session, query, answer.output, answer.form, safe=answer.screen.safe)
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"{escape(str(answer.output))} cannot be written: {reason}"
            raise click.UsageError(message) from None
    else:
        with answer.screen.paper() as paper:
            answer.screen.draw(session, query, answer.form, paper)
            answer.screen.show(paper, answer.form)
