"""``toolkit add``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from toolkit.cli import completion
from toolkit.cli.asking import HELP, Asker
from toolkit.cli.options import package_option
from toolkit.cli.progress import Progress
from toolkit.edit import (
    Back,
    Desk,
    Interview,
    NotAdded,
    NotEditable,
    NotWritten,
    Question,
    compound_names,
    draft_of_json,
    draft_of_settings,
    open_desk,
    preview,
    put_back,
)
from toolkit.edit.interview import YES, Known, yes_or_no
from toolkit.findings import escape
from toolkit.package.opened import NotOpened
from toolkit.query.suggestions import meant

# More than any hand writes at once.
_LARGEST_INPUT = 16 << 20
_DRY = "nothing was written: this was a dry run"


@click.command()
@click.argument("named", metavar="TABLE", shell_complete=completion.tables)
@click.argument("source", metavar="[-]", required=False, type=click.Choice(["-"]))
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help="The cell of a field; no questions are asked. Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Read rows as JSON, as - does.")
@click.option("--dry-run", is_flag=True, help="Show and check what would be written, no more.")
@package_option
@click.pass_context
def add(
    context: click.Context,
    named: str,
    source: str | None,
    settings: tuple[str, ...],
    as_json: bool,
    dry_run: bool,
    package: Path,
) -> None:
    """Add a row to TABLE, or an event with all that belongs to it, once it is checked.

    TABLE is the name of a table, or what a row is called on which other tables hang: `event` asks
    for a row of `events`, then for its rows in the tables whose keys require one. On a terminal it
    asks; - reads JSON from standard input. Everything is written at once, or nothing.

    \b
    toolkit add event
    toolkit add location_aliases --set location_id=homs --set alias=Hims --set language=en
    toolkit add event - < event.json
    """  # noqa: D301
    from_input = as_json or source is not None
    if settings and from_input:
        raise click.UsageError("Give --set or JSON on standard input, not both.", context)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not (settings or from_input or terminal):
        raise click.UsageError("Without a terminal, give --set or JSON (-).", context)
    text = _standard_input() if from_input else ""
    try:
        with open_desk(package) as desk:
            if not dry_run:
                for path in put_back(desk.package):
                    _note(f"{escape(path)} was put back: adding to it had been interrupted")
            table = _table(desk, named, bool(settings))
            if settings:
                draft_of_settings(desk, table, settings)
            elif from_input:
                draft_of_json(desk, named, text)
            else:
                context.exit(_converse(desk, named, table, dry_run))
            context.exit(_conclude(desk, dry_run))
    except (NotOpened, NotAdded, NotEditable) as error:
        raise click.UsageError(str(error), context) from None
    except NotWritten as error:
        _note(str(error))
        context.exit(2)
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo("\ntoolkit add: stopped; nothing was written", err=True)
        context.exit(2)
    except OSError as error:
        _note(f"nothing was written: {escape(str(error))}")
        context.exit(2)


def _note(text: str) -> None:
    click.echo(f"toolkit add: {text}", err=True)


def _standard_input() -> str:
    content = sys.stdin.buffer.read(_LARGEST_INPUT + 1)
    if len(content) > _LARGEST_INPUT:
        raise click.UsageError(f"Standard input has more than {_LARGEST_INPUT >> 20} MiB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError("Standard input is not UTF-8.") from None


def _table(desk: Desk, named: str, single: bool) -> str:
    """Return the table that is named, or that of a compound. Raises UsageError."""
    tables, compounds = [one.name for one in desk.package.resources], compound_names(desk.package)
    if named in tables:
        return named
    if named not in compounds:
        known = [*tables, *compounds]
        question = meant(named[:100], {one: one for one in known}) or "there are "
        listed = "" if question.endswith("?") else escape(", ".join(known) or "none", 400)
        raise click.UsageError(f"There is no table {escape(named, 100)}; {question}{listed}")
    if single:
        raise click.UsageError(f"--set gives a single row; name its table, {compounds[named]}.")
    return compounds[named]


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _is_sound(desk: Desk) -> bool:
    """Show the new rows and what they bring; whether they may be written."""
    from toolkit.render.text import render_text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(preview(desk, width=width, colour=_colour()))
    for warning in desk.warnings():
        _note(warning)
    retired = desk.retired()
    for one in retired:
        _note(f"{escape(one)}: this identifier was removed once, and identifiers are not reused")
    with Progress() as progress:
        report = desk.check(progress)
    click.echo(render_text(report, colour=_colour()), nl=False)
    return not (retired or report.fails())


def _conclude(desk: Desk, dry_run: bool) -> int:
    """Check and write what was given, and return the exit code."""
    if not _is_sound(desk):
        _note("nothing was written: the new rows break rules")
        return 1
    if dry_run:
        _note(_DRY)
    else:
        _write(desk)
    return 0


def _write(desk: Desk) -> None:
    desk.write()
    for table, rows in desk.draft:
        count = f"{len(rows):,} row{'s' if len(rows) != 1 else ''}"
        click.echo(f"wrote {count} to {escape(desk.file(table).resource.path)}")


def _converse(desk: Desk, named: str, table: str, dry_run: bool) -> int:
    """Ask for rows, check and write them, and return the exit code."""
    asker = Asker()
    click.echo(HELP)
    while True:
        interview = Interview(desk, asker.ask, asker.say)
        try:
            if named == table:
                interview.row(table)
            else:
                interview.compound(table)
            return _finish(desk, asker, dry_run)
        except Back:
            asker.back()
        except Known as known:
            _note(f"nothing was written: it is there already, as {escape(known.key)}")
            return 0


def _finish(desk: Desk, asker: Asker, dry_run: bool) -> int:
    click.echo()
    if not _is_sound(desk):
        line = "The new rows break rules, so that they cannot be written. .back mends them."
        asker.ask(Question("end", (line,), default="yes"))
        _note("nothing was written")
        return 1
    if dry_run:
        _note(_DRY)
    elif asker.ask(yes_or_no("write?", "Write these rows?")) == YES:
        _write(desk)
    else:
        _note("nothing was written")
    return 0
