"""``toolkit init``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from toolkit.cli.progress import Progress


def _delimiter(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    mark = "\t" if value == "\\t" else value
    if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in '"\r\n\0'):
        raise click.BadParameter(r"name one character, such as ; or | or \t", context, parameter)
    return mark


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "sources",
    multiple=True,
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file to make a table of; it is copied. Repeatable.",
)
@click.option(
    "--encoding", metavar="NAME", help="The encoding of the files. Left out: each is looked at."
)
@click.option(
    "--delimiter",
    metavar="CHARACTER",
    callback=_delimiter,
    help="What separates the cells of the files. Left out: each is looked at.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be made, and make nothing.")
@click.pass_context
def init(
    context: click.Context,
    folder: Path,
    sources: tuple[Path, ...],
    encoding: str | None,
    delimiter: str | None,
    dry_run: bool,
) -> None:
    """Make a new package in DIR out of CSV files: schemas, keys, code lists, a rule, tests.

    Types, keys and code lists are proposed from the data. DIR must be empty or not there. Exit
    code 1 tells that the package was made but has errors, which are printed.
    """
    from toolkit.findings import escape
    from toolkit.render import below, render_text
    from toolkit.scaffold import NotMade, make_package

    try:
        with Progress() as progress:
            made = make_package(
                folder,
                sources,
                created=datetime.now(UTC).date(),
                encoding=encoding,
                delimiter=delimiter,
                dry_run=dry_run,
                progress=progress,
            )
    except NotMade as error:
        raise click.UsageError(str(error), context) from None
    click.echo(_tree(folder, made.files))
    for title, items in (
        ("Proposed", made.proposed),
        ("Notes", [(note,) for note in made.notes]),
        ("Left to do", [(task,) for task in made.left]),
    ):
        if items:
            click.echo(f"\n{title}:")
        for item in items:
            click.echo("- " + "\n    ".join(map(escape, item)))
    click.echo()
    click.echo(render_text(below(made.report, folder.as_posix()), limit=10), nl=False)
    if dry_run:
        click.echo("nothing was made: this was a dry run")
    context.exit(1 if made.report.fails(strict=False) else 0)


def _tree(folder: Path, files: tuple[str, ...]) -> str:
    """Return folders and files, each under the folder in which it lies."""
    from toolkit.findings import escape

    lines = [f"{escape(folder.as_posix())}/"]
    for file in files:
        *above, name = file.split("/")
        mark = "/" if any(other.startswith(f"{file}/") for other in files) else ""
        lines.append("  " * (len(above) + 1) + name + mark)
    return "\n".join(lines)
