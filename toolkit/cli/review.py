"""``toolkit review``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from toolkit.cli.options import Output, outputs_in, write_whole
from toolkit.cli.progress import Progress

if TYPE_CHECKING:
    from toolkit.review import Review

# The formats of a review, and how files end that are written in them.
_FORMATS: dict[str, tuple[str, ...]] = {
    "markdown": (".md",),
    "html": (".html", ".htm"),
    "json": (".json",),
}


def _outputs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Output, ...]:
    return outputs_in(_FORMATS, values)


@click.command()
@click.argument("base")
@click.argument("head", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_FORMATS)),
    default="markdown",
    show_default=True,
    help="How the review is printed.",
)
@click.option("--strict", is_flag=True, help="New warnings fail as well.")
@click.option(
    "--merge-base",
    is_flag=True,
    help="Take for BASE the commit at which HEAD left it, both being git revisions.",
)
@click.option(
    "--output",
    "files",
    multiple=True,
    metavar="[FORMAT:]FILE",
    callback=_outputs,
    help="Write the review to a file as well; its format is FORMAT, or follows from how the file "
    "is called: .md, .html, .json. Repeatable.",
)
@click.pass_context
def review(
    context: click.Context,
    base: str,
    head: str | None,
    form: str,
    strict: bool,
    merge_base: bool,
    files: tuple[Output, ...],
) -> None:
    """Tell what the change from BASE to HEAD does and what of it deserves a look.

    Each is a git revision of the repository in the current folder, the folder or descriptor of a
    package, or a release. Without HEAD it is the package in the current folder. Exits with 1 if
    HEAD has an error that BASE has not.
    """
    from toolkit import review as reviewing

    try:
        with Progress() as progress:
            start = reviewing.merge_base(base, head) if merge_base else base
            found = reviewing.review(start, "." if head is None else head, progress=progress)
    except reviewing.NotOpened as error:
        raise click.UsageError(str(error), context) from None
    for output in files:
        write_whole(output.path, _rendered(found, output.form, strict))
    click.echo(_rendered(found, form, strict), nl=False)
    context.exit(1 if found.fails(strict=strict) else 0)


def _rendered(found: Review, form: str, strict: bool) -> str:
    from toolkit.review import reports

    render = {
        "markdown": reports.render_markdown,
        "html": reports.render_html,
        "json": reports.render_json,
    }[form]
    # Half a character, as JSON can name it, cannot be written; what JSON reads back as it can.
    return render(found, strict=strict).encode("utf-8", "backslashreplace").decode()
