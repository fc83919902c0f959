"""``toolkit sheet``: tables as a workbook to edit, and its changes taken back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import completion
from toolkit.cli.options import package_argument
from toolkit.cli.progress import Progress

if TYPE_CHECKING:
    from toolkit.edit.sheet import SheetImport

# Faults that are printed; of more than a screen nobody reads the rest.
_FAULTS = 50


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def sheet() -> None:
    """Edit tables in a spreadsheet: write a workbook of them, and take its changes back."""


def _settings(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{value!r} is not FIELD=VALUE")
        found.setdefault(name, []).append(text)
    return found


@sheet.command("export")
@package_argument
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.tables,
    help="Only this table. Repeatable; all when left out.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="FIELD=VALUE",
    callback=_settings,
    help="Only rows in which the field has this value, and tables that have the field. Given again "
    "for the same field: one of the values; for another: both.",
)
@click.option(
    "--id",
    "ids",
    multiple=True,
    metavar="KEY",
    help="Only the row with this primary key, its parts joined by |. Repeatable.",
)
@click.option(
    "-o",
    "--output",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.xlsx",
    help="The workbook to write.",
)
@click.option("--force", is_flag=True, help="Replace FILE.xlsx if it is there.")
@click.pass_context
def export(
    context: click.Context,
    package: Path,
    tables: tuple[str, ...],
    where: dict[str, list[str]],
    ids: tuple[str, ...],
    path: Path,
    force: bool,
) -> None:
    """Write tables of PACKAGE to a workbook, with lists to choose from and notes on each field.

    \b
    toolkit sheet export -o all.xlsx
    toolkit sheet export --table events --id hama-captured -o hama.xlsx
    toolkit sheet export --where event_id=hama-captured -o hama.xlsx
    """  # noqa: D301
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError("The workbook must be called FILE.xlsx.", context)
    if not path.parent.is_dir():
        raise click.UsageError(f"There is no folder {path.parent}.", context)
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already; --force replaces it.", context)
    from toolkit.edit.sheet import NotExported, choose, write_sheets
    from toolkit.package.opened import NotOpened, open_package

    try:
        with open_package(str(package)) as opened, Progress() as progress:
            progress("reading the tables")
            selection = choose(opened.package, tables, where, ids)
            progress("writing the workbook")
            write_sheets(opened.package, selection, path)
    except (NotOpened, NotExported) as error:
        raise click.UsageError(str(error), context) from None
    for note in selection.notes:
        _note(note)
    rows = sum(len(one.rows) for one in selection.tables)
    count = len(selection.tables)
    sheets = "1 table" if count == 1 else f"{count} tables"
    click.echo(f"{path}: {rows:,} row{'' if rows == 1 else 's'} of {sheets}")


@sheet.command("import")
@click.argument("path", metavar="FILE.xlsx", type=click.Path(exists=True, path_type=Path))
@package_argument
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--allow-removals", is_flag=True, help="Rows that are no longer there are removed.")
@click.option("--dry-run", is_flag=True, help="Show and check what would be written, no more.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Rows listed of each kind in each table; 0 for all.",
)
@click.pass_context
def import_(
    context: click.Context,
    path: Path,
    package: Path,
    yes: bool,
    allow_removals: bool,
    dry_run: bool,
    limit: int,
) -> None:
    """Take back the changes in a workbook that `toolkit sheet export` made from PACKAGE.

    It shows every difference first, refuses cells that the spreadsheet spoilt and rows that changed
    in the package as well, checks the package as it would be, and writes all tables or none.
    """
    from toolkit.edit import NotEditable, NotWritten, put_back
    from toolkit.edit.sheet import NotASheet, open_sheets
    from toolkit.findings import escape
    from toolkit.package.opened import NotOpened, open_package

    try:
        with open_package(str(package)) as opened:
            if not dry_run:
                for one in put_back(opened.package):
                    _note(f"{escape(one)} was put back: writing it had been interrupted")
            with Progress() as progress:
                progress("reading the workbook")
                found = open_sheets(path, opened.package)
            context.exit(_conclude(found, yes, allow_removals, dry_run, limit))
    except (NotOpened, NotASheet, NotEditable) as error:
        raise click.UsageError(str(error), context) from None
    except NotWritten as error:
        _note(str(error))
        context.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\ntoolkit sheet import: stopped; nothing was written", err=True)
        context.exit(2)
    except OSError as error:
        _note(f"nothing was written: {escape(str(error))}")
        context.exit(2)


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _note(text: str) -> None:
    click.echo(f"toolkit sheet: {text}", err=True)


def _conclude(
    found: SheetImport, yes: bool, allow_removals: bool, dry_run: bool, limit: int
) -> int:
    """Show what changes, check and write it, and return the exit code."""
    from toolkit.diff.reports import render_text
    from toolkit.findings import escape
    from toolkit.render import render_text as render_report

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for note in found.notes:
        _note(note)
    if found.faults:
        return _refuse(found)
    difference = found.difference()
    click.echo(render_text(difference, limit=limit, colour=colour), nl=False)
    if difference.same:
        return 0
    if found.removals and not allow_removals:
        rows = f"{found.removals:,} row{'' if found.removals == 1 else 's'}"
        _note(f"nothing was written: {rows} would be removed, which --allow-removals allows")
        return 1
    with Progress() as progress:
        report = found.check(progress)
    click.echo(f"\n{render_report(report, colour=colour)}", nl=False)
    if report.fails():
        _note("nothing was written: the changes break rules")
        return 1
    if dry_run:
        _note("nothing was written: this was a dry run")
        return 0
    if not yes and not is_terminal():
        _note("nothing was written: without a terminal, --yes writes")
        return 2
    if not yes and not click.confirm("Write these changes?", err=True):
        _note("nothing was written")
        return 0
    found.write()
    for one in found.tables:
        if one:
            click.echo(f"wrote {escape(one.file.resource.path)}")
    _note("to go on editing, export anew: the workbook tells of the tables as they were before")
    return 0


def _refuse(found: SheetImport) -> int:
    """Print the faults, and return the exit code."""
    from toolkit.findings.markup import disarm

    for fault in found.faults[:_FAULTS]:
        click.echo(disarm(f"{fault.place}: {fault.message}\n  hint: {fault.hint}\n"))
    count = len(found.faults)
    if count > _FAULTS:
        click.echo(f"… and {count - _FAULTS:,} more\n")
    places = "1 fault" if count == 1 else f"{count:,} faults{' or more' if found.more else ''}"
    _note(f"nothing was written: the workbook has {places}")
    return 1
