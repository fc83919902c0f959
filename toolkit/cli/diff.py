"""``toolkit diff``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from toolkit.cli.options import Output, outputs_in, table_option, write_whole
from toolkit.cli.progress import Progress

# The formats of a difference, and how files end that are written in them.
_FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt",),
    "json": (".json",),
    "markdown": (".md",),
    "html": (".html", ".htm"),
}
# Rows of each kind that are listed of each table in formats for people, and for programs.
_LISTED, _KEPT = 20, 1_000


def _outputs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Output, ...]:
    return outputs_in(_FORMATS, values)


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_FORMATS)),
    default="text",
    show_default=True,
    help="How the difference is printed.",
)
@table_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help="Rows listed of each kind in each table; 0 for all. Left out: 20, in json 1,000.",
)
@click.option(
    "--output",
    "files",
    multiple=True,
    metavar="[FORMAT:]FILE",
    callback=_outputs,
    help="Write the difference to a file as well; its format is FORMAT, or follows from how the "
    "file is called: .txt, .json, .md, .html. Repeatable.",
)
@click.option(
    "--exit-code/--no-exit-code",
    default=True,
    show_default=True,
    help="Exit with 1 if there are differences.",
)
@click.pass_context
def diff(
    context: click.Context,
    old: str | None,
    new: str | None,
    form: str,
    tables: tuple[str, ...],
    limit: int | None,
    files: tuple[Output, ...],
    exit_code: bool,
) -> None:
    """Tell in what NEW differs from OLD.

    Each is the folder or zip of a release, the folder or descriptor of a package, or a git
    revision. Without NEW it is the package in the current folder, without OLD too that is compared
    with the last tag that is a version.
    """
    from toolkit.diff import compare, last_version
    from toolkit.package.opened import NotOpened

    forms = {form, *(output.form for output in files)}
    kept = (_KEPT if "json" in forms else _LISTED) if limit is None else limit
    try:
        with Progress() as progress:
            found = compare(
                last_version(Path()) if old is None else old,
                "." if new is None else new,
                tables=tables,
                limit=kept,
                progress=progress,
            )
    except NotOpened as error:
        raise click.UsageError(str(error), context) from None
    from toolkit.diff import reports

    def rendered(form: str, colour: bool = False) -> str:
        listed = _LISTED if limit is None else limit
        if form == "json":
            return reports.render_json(found)
        if form == "text":
            return reports.render_text(found, limit=listed, colour=colour)
        render = {"markdown": reports.render_markdown, "html": reports.render_html}[form]
        return render(found, limit=listed)

    for output in files:
        write_whole(output.path, rendered(output.form))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(rendered(form, colour), nl=False)
    context.exit(0 if found.same or not exit_code else 1)
