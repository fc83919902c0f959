"""``toolkit site``."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.progress import Progress


@click.command()
@click.argument("release", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    default=Path("explorer/dist"),
    show_default=True,
    help="The folder of the built page.",
)
@click.option(
    "--output",
    "--out",
    "output",
    type=click.Path(path_type=Path),
    default=Path("dist/site"),
    show_default=True,
    help="The folder for the site.",
)
@click.option(
    "--previous",
    multiple=True,
    metavar="OLD",
    help="An earlier release (folder, zip or git revision): the site tells what became of each row "
    "since. Repeatable.",
)
@click.pass_context
def site(
    context: click.Context, release: Path, page: Path, output: Path, previous: tuple[str, ...]
) -> None:
    """Write the site of RELEASE, its folder or zip: plain files for any static host."""
    from toolkit.render import render_text
    from toolkit.site import NoSite, build_site

    try:
        with Progress() as progress:
            report, folder = build_site(release, page, output, previous=previous, progress=progress)
    except NoSite as error:
        raise click.UsageError(str(error), context) from None
    if folder is None:
        click.echo(render_text(report), nl=False)
        click.echo("toolkit: there is no site, because the release has errors", err=True)
        context.exit(1)
    click.echo(folder)
