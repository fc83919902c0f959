"""``toolkit build``."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.options import package_argument
from toolkit.cli.progress import Progress


@click.command()
@package_argument
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder for the release folder and its zip.",
)
@click.pass_context
def build(context: click.Context, package: Path, output: Path) -> None:
    """Validate PACKAGE, then write its release: a folder and a zip, the same bytes every time."""
    from toolkit.release import build_release
    from toolkit.render import render_text

    with Progress() as progress:
        report, folder = build_release(package, output, progress=progress)
    click.echo(render_text(report), nl=False)
    if folder is None:
        click.echo("toolkit: nothing was built, because the package has errors", err=True)
        context.exit(1)
    click.echo(f"{folder}\n{folder}.zip")
