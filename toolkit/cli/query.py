"""``toolkit query``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

from toolkit.cli.limits import held, memory_size
from toolkit.findings import escape
from toolkit.package import NamedQuery
from toolkit.query import (
    FORMATS,
    NoSession,
    Query,
    Session,
    Source,
    explain,
    export,
    open_source,
    render,
    value_of,
    write_text,
)
from toolkit.query.errors import missing_name
from toolkit.query.formats import DoesNotFit
from toolkit.tables import QueryError

# Formats that are for files alone.
_BINARY = ("parquet", "xlsx")
# Rows of a table that people look at.
_SHOWN = 1_000


class _Answer(NamedTuple):
    """How the rows are to be given: to ``output``, or printed where that is None."""

    form: str
    output: Path | None
    rows: int
    safe: bool
    pager: bool


class _Limits(NamedTuple):
    """What a query may take; ``stuck`` ends the process where it does not stop otherwise."""

    memory: str
    seconds: float
    stuck: Callable[[], None]


def _parameters(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, object]:
    found: dict[str, object] = {}
    for value in values:
        name, mark, text = value.partition("=")
        if not mark or not name.isidentifier():
            raise click.BadParameter(f"{value!r} is not written as name=value")
        if _broken(text):
            raise click.BadParameter(f"the value of {name} is not UTF-8")
        found[name] = value_of(text)
    return found


def _output(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    if path.suffix.lower() not in FORMATS.values():
        raise click.BadParameter(f"{path} should end in {', '.join(FORMATS.values())}")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise click.BadParameter(f"{path} is no file")
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
@click.option(
    "--in",
    "source",
    default=".",
    metavar="PACKAGE",
    show_default="the current folder",
    help="What is queried: a folder, the folder or zip of a release, a .duckdb file, a git tag.",
)
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
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=_SHOWN,
    show_default=True,
    help="The most rows that a table or Markdown shows; 0 for all.",
)
@click.option(
    "--escape-formulas",
    "safe",
    is_flag=True,
    help="In CSV, put an apostrophe before text that a spreadsheet would run as a formula.",
)
@click.option("--pager/--no-pager", default=True, help="Page long tables on a terminal.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="The time that the query may take.",
)
@click.option(
    "--memory",
    default="2GiB",
    show_default=True,
    metavar="SIZE",
    callback=memory_size,
    help="The memory that it may take; more goes to a temporary folder.",
)
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
    r"""Run SQL, which can only read, over the tables and views of a package.

    SQL is one statement; - reads it from standard input.

    \b
    toolkit query "FROM events_on('2024-12-05')"
    toolkit query --name who-held-a-place -p place=homs -p day=2024-12-06
    toolkit query "FROM reports" --in release.zip --output reports.xlsx
    """
    if sum((sql is not None, file is not None, name is not None, listing)) != 1:
        raise click.UsageError("Give one of: SQL, --file, --name, --list.", context)
    answer = _Answer(_format(form, output), output, rows, safe, pager)
    text = "" if name is not None or listing else _sql(sql, file)
    late = f"toolkit query: the query took longer than {seconds:g} seconds, and did not stop then"
    try:
        with held(memory, late) as stuck, open_source(source) as opened:
            if listing:
                click.echo(_listed(opened), nl=False)
                return
            asked = Query(text, parameters) if name is None else _named(opened, name, parameters)
            code = _answer(opened, asked, answer, _Limits(memory, seconds, stuck))
        context.exit(code)
    except NoSession as error:
        raise click.UsageError(str(error), context) from None


def _format(form: str | None, output: Path | None) -> str:
    ends = {end: one for one, end in FORMATS.items()}
    follows = ends[output.suffix.lower()] if output else form or "table"
    if form and form != follows:
        raise click.UsageError(f"{output} does not end in {FORMATS[form]}.")
    if follows in _BINARY and not output:
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
    if _broken(str(sql)):
        raise click.UsageError("The SQL is not UTF-8.")
    return str(sql)


def _broken(text: str) -> bool:
    """Whether an argument is not UTF-8; Python keeps its bytes as lone surrogates."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def _queries(source: Source) -> dict[str, NamedQuery]:
    return {query.name: query for query in (source.package.queries if source.package else ())}


def _listed(source: Source) -> str:
    """Return the names of the queries of a package, and the question that each answers."""
    named = _queries(source)
    if not named:
        return "No named queries: a package keeps them in schemas/queries/NAME.sql.\n"
    width = max(map(len, named))
    return "".join(
        f"{name:<{width}}  {escape(query.title)}{_usual(query)}\n" for name, query in named.items()
    )


def _usual(query: NamedQuery) -> str:
    values = ", ".join(f"{name}={escape(value)}" for name, value in query.parameters.items())
    return f" [{values}]" if values else ""


def _named(source: Source, name: str, given: dict[str, object]) -> Query:
    """Return the query of that name, with the values that are given for its parameters."""
    named = _queries(source)
    if name not in named:
        near = get_close_matches(name, list(named), n=3)
        meant = f"; did you mean {' or '.join(near)}?" if near else "; see toolkit query --list"
        raise click.UsageError(f"There is no query {escape(name)}{meant}")
    usual = {key: value_of(value) for key, value in named[name].parameters.items()}
    return Query(named[name].sql, {**usual, **given})


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
            export(session, query, answer.output, answer.form, safe=answer.safe)
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"{escape(str(answer.output))} cannot be written: {reason}"
            raise click.UsageError(message) from None
    elif answer.form in ("table", "markdown"):
        _show(session, query, answer)
    else:
        # First the whole of it, so that no half of a result is printed before a fault.
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as file:
            write_text(session, query, answer.form, file, safe=answer.safe)
            file.seek(0)
            if sys.stdout.isatty():
                sys.stdout.writelines(f"{escape(line.removesuffix(chr(10)))}\n" for line in file)
            else:
                shutil.copyfileobj(file, sys.stdout)


def _show(session: Session, query: Query, answer: _Answer) -> None:
    terminal = sys.stdout.isatty()
    size = shutil.get_terminal_size()
    text = render(
        session,
        query,
        answer.form,
        rows=answer.rows,
        width=size.columns if terminal else None,
        colour=terminal and not os.environ.get("NO_COLOR"),
    )
    if terminal and answer.pager and text.count("\n") >= size.lines:
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)
