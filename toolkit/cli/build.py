"""``toolkit build``."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.changes import changes_since
from toolkit.cli.options import folder_option, package_argument
from toolkit.cli.progress import Progress


@click.command()
@package_argument
@folder_option
@click.option(
    "--previous",
    metavar="OLD",
    help="The release before this one (folder, zip or git revision): what changed since goes into "
    "the release as changes.md, .html and .json.",
)
@click.pass_context
def build(context: click.Context, package: Path, output: Path, previous: str | None) -> None:
    """Validate PACKAGE, then write its release: a folder and a zip, the same bytes every time."""
    from toolkit.release import build_release
    from toolkit.render import render_text

    changes = changes_since(previous, package) if previous else {}
    with Progress() as progress:
        report, folder = build_release(package, output, changes=changes, progress=progress)
    click.echo(render_text(report), nl=False)
    if folder is None:
        click.echo("toolkit: nothing was built, because the package has errors", err=True)
        context.exit(1)
    click.echo(f"{folder}\n{folder}.zip")
